#include "models/record.h"

#include "base/atomic_file.h"
#include "models/checksum.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace repartee::models {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view record_name = "record.json";
constexpr std::int64_t record_version = 1;

// Thousands of files. Nobody has that many.
constexpr std::size_t largest_record = 1 << 20;

// Of an entry, as it is read. What is missing or of another kind is told by name.
class Entry {
public:
    Entry(std::string_view file, const json::object& object) : file_(file), object_(object) {}

    std::uint64_t number(std::string_view key) const {
        const auto* value = object_.if_contains(key);
        if (value != nullptr && value->is_uint64()) {
            return value->get_uint64();
        }
        if (value == nullptr || !value->is_int64() || value->get_int64() < 0) {
            throw wrong(key);
        }
        return static_cast<std::uint64_t>(value->get_int64());
    }

    std::int64_t signed_number(std::string_view key) const {
        const auto* value = object_.if_contains(key);
        if (value == nullptr || !value->is_int64()) {
            throw wrong(key);
        }
        return value->get_int64();
    }

    bool flag(std::string_view key) const {
        const auto* value = object_.if_contains(key);
        if (value == nullptr || !value->is_bool()) {
            throw wrong(key);
        }
        return value->get_bool();
    }

    std::string text(std::string_view key) const {
        const auto* value = object_.if_contains(key);
        if (value == nullptr || !value->is_string()) {
            throw wrong(key);
        }
        return std::string(value->get_string());
    }

    std::string sum(std::string_view key) const {
        auto text = this->text(key);
        if (!is_sum(Checksum::Kind::Sha256, text)) {
            throw wrong(key);
        }
        return text;
    }

private:
    Failure wrong(std::string_view key) const {
        return {ErrorKind::Malformed, fmt::format("'{}' of '{}' is not what it should be", key, file_)};
    }

    std::string_view file_;
    const json::object& object_;
};

RecordedFile read_entry(std::string_view name, const json::value& value) {
    if (name.empty() || name.find('/') != std::string_view::npos || !value.is_object()) {
        throw Failure(ErrorKind::Malformed, "it lists something that is no file");
    }
    Entry entry(name, value.get_object());
    RecordedFile file{.bytes = entry.number("bytes"),
                      .sha256 = entry.sum("sha256"),
                      .as_published = entry.flag("as_published"),
                      .address = entry.text("address")};
    file.looked_at = {.bytes = entry.number("seen_bytes"),
                      .modified_ns = entry.signed_number("seen_modified_ns"),
                      .inode = entry.number("seen_inode")};
    file.found_sha256 = entry.sum("seen_sha256");
    return file;
}

// Held as long as somebody changes the record. The folder itself is locked, so that no further file lies
// about. A file system that has no locks is none to be stopped by: two who write at once are rare, and
// either of their records is a whole one.
class FolderLock {
public:
    explicit FolderLock(const fs::path& folder)
        : handle_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        while (handle_ >= 0 && ::flock(handle_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock() {
        if (handle_ >= 0) {
            ::close(handle_);
        }
    }

private:
    int handle_;
};

}  // namespace

std::optional<FileIdentity> FileIdentity::of(const fs::path& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
        return std::nullopt;
    }
    constexpr std::int64_t ns = 1'000'000'000;
    return FileIdentity{.bytes = static_cast<std::uintmax_t>(found.st_size),
                        .modified_ns = found.st_mtim.tv_sec * ns + found.st_mtim.tv_nsec,
                        .inode = found.st_ino};
}

Result<Record> parse_record(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(json::string_view(text.data(), text.size()), error);
    const auto* all = value.if_object();
    const auto* version = all ? all->if_contains("version") : nullptr;
    const auto* files = all ? all->if_contains("files") : nullptr;
    if (error || version == nullptr || files == nullptr || !files->is_object()) {
        return Error{ErrorKind::Malformed, "it is no record of models", error ? error.message() : ""};
    }
    if (*version != record_version) {
        return Error{ErrorKind::Unsupported, "it was written by another version of repartee", {}};
    }
    Record record;
    try {
        for (const auto& [name, entry] : files->get_object()) {
            record.emplace(name, read_entry(name, entry));
        }
    } catch (const Failure& failure) {
        return failure.error();
    }
    return record;
}

std::string to_text(const Record& record) {
    json::object files;
    for (const auto& [name, file] : record) {
        files[name] = {{"bytes", file.bytes},
                       {"sha256", file.sha256},
                       {"as_published", file.as_published},
                       {"address", file.address},
                       {"seen_bytes", file.looked_at.bytes},
                       {"seen_modified_ns", file.looked_at.modified_ns},
                       {"seen_inode", file.looked_at.inode},
                       {"seen_sha256", file.found_sha256}};
    }
    return json::serialize(json::object{{"version", record_version}, {"files", std::move(files)}}) + "\n";
}

Record read_record(const fs::path& folder) {
    auto path = folder / record_name;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return {};
    }
    std::string text(largest_record, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    auto record = parse_record(text);
    if (!record) {
        throw Failure(record.error().kind,
                      fmt::format("{} cannot be read: {}. Without it the models beside it count as put there "
                                  "by hand; remove it if that is all right.",
                                  path.string(), record.error().message),
                      record.error().detail);
    }
    return std::move(*record);
}

void change_record(const fs::path& folder, const std::function<void(Record&)>& change) {
    FolderLock lock(folder);
    auto record = read_record(folder);
    change(record);
    write_atomically(folder / record_name, to_text(record));
}

}  // namespace repartee::models
