#include "config/dotenv.h"
#include "config/settings_file.h"

#include <fstream>
#include <system_error>

namespace repartee::config {

namespace {

namespace fs = std::filesystem;

// More than any settings need, and little enough to hold when somebody names a disk image by accident.
constexpr std::size_t largest_file = std::size_t{1024} * 1024;

enum class Absent { IsFine, IsMistake };

// The text of the file; empty, and perhaps a mistake, when there is none to be had.
std::string read_text(const fs::path& path, Mistake::Layer layer, Absent absent, Mistakes& mistakes) {
    const auto reject = [&](std::string message) {
        mistakes.push_back({.layer = layer, .source = path.string(), .message = std::move(message)});
        return std::string();
    };
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        return absent == Absent::IsFine ? "" : reject("there is no such file");
    }
    if (fs::is_directory(status)) {
        return reject("this is a directory; a file was expected");
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(largest_file, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof()) {
        return reject(file ? "this file is larger than 1 MiB, so it can hardly hold settings"
                           : "this file cannot be read");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

// The name in REPARTEE_CONFIG; an empty one is as good as none.
std::optional<fs::path> file_in_variables(const Sources& sources) {
    const Environment dotenv = parse_dotenv(sources.dotenv_text).variables;
    for (const Environment* variables : {&sources.environment, &dotenv}) {
        if (const Variable* variable = variables->find("REPARTEE_CONFIG");
            variable && !variable->value.empty()) {
            return fs::path(variable->value);
        }
    }
    return {};
}

// "./.env" reads worse than ".env".
fs::path in_directory(const fs::path& directory, std::string_view name) {
    return directory == "." || directory.empty() ? fs::path(name) : directory / name;
}

}  // namespace

Sources sources_on_disk(Environment environment, const SourceOptions& options) {
    Sources sources;
    sources.environment = std::move(environment);
    if (options.dotenv) {
        const fs::path path = in_directory(options.directory, ".env");
        sources.dotenv_name = path.string();
        sources.dotenv_text = read_text(path, Mistake::Layer::DotEnv, Absent::IsFine, sources.mistakes);
    }
    const std::optional<fs::path> named = options.file ? options.file : file_in_variables(sources);
    const fs::path path = named ? *named : in_directory(options.directory, "repartee.toml");
    sources.file_name = path.string();
    sources.file_text =
        read_text(path, Mistake::Layer::File, named ? Absent::IsMistake : Absent::IsFine, sources.mistakes);
    return sources;
}

}  // namespace repartee::config
