#include "stores/sqlite/database_file.h"

#include <fmt/format.h>

namespace repartee::stores::sqlite {

Result<std::filesystem::path> database_file(std::string_view url,
                                            const std::filesystem::path& data_directory) {
    constexpr std::string_view separator = "://";
    const auto scheme_end = url.find(separator);
    if (!url.empty() && scheme_end == std::string_view::npos) {
        return Error{
            ErrorKind::Unprocessable,
            fmt::format("'{}' is no address of an SQLite database: write sqlite:///path/to/file.db", url)};
    }
    auto path = url.empty() ? url : url.substr(scheme_end + separator.size());
    if (path.empty()) {
        return data_directory / usual_name;
    }
    if (path == "/" || path.ends_with('/') || path.find_first_of("?#") != std::string_view::npos) {
        return Error{
            ErrorKind::Unprocessable,
            fmt::format("'{}' names no file: write sqlite:///path/to/file.db, without options", url)};
    }
    if (path.ends_with(":memory:")) {
        return Error{ErrorKind::Unprocessable,
                     "A database in memory forgets everything at the end: name a file, such as "
                     "sqlite:///path/to/file.db"};
    }
    if (path.starts_with("/./")) {
        path.remove_prefix(1);  // as SQLAlchemy's addresses are written
    }
    return std::filesystem::path(path);
}

}  // namespace repartee::stores::sqlite
