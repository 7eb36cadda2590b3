// Events, with ids, sizes and times: never what people said (see Texts).
//
//     log.info("turn finished", {{"turn", id}, {"ms", 412.5}});
//
// An event is a short phrase that never varies, so that it can be searched and counted; all that
// varies is in the fields. On a console it is one readable line, in JSON mode one object a line.
// A Log is a cheap copy of a handle; `with` gives one that adds fields to each of its events.
// Any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spdlog {
class logger;  // NOLINT(readability-identifier-naming)
}

namespace repartee {

class LogTail;

enum class LogLevel { Trace, Debug, Info, Warning, Error, Off };

// "debug", "INFO", "warn", "WARNING" ... ; nothing for a word that is no level.
std::optional<LogLevel> log_level_from(std::string_view word);

struct LogField {
    using Value = std::variant<std::string_view, std::int64_t, double, bool>;

    LogField(std::string_view name, std::string_view value) : name(name), value(value) {}
    LogField(std::string_view name, const std::string& value) : name(name), value(std::string_view(value)) {}
    LogField(std::string_view name, const char* value) : name(name), value(std::string_view(value)) {}
    LogField(std::string_view name, bool value) : name(name), value(value) {}
    LogField(std::string_view name, double value) : name(name), value(value) {}
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    LogField(std::string_view name, T value) : name(name), value(static_cast<std::int64_t>(value)) {}

    std::string_view name;
    Value value;
};

struct LogOptions {
    enum class Format { Console, Json };
    Format format = Format::Console;
    LogLevel level = LogLevel::Info;
    // Whether transcripts and replies may be logged (LOG_TEXTS). See Log::text.
    bool texts = false;
};

class Log {
public:
    using Fields = std::initializer_list<LogField>;

    // To standard error, and into `tail` where there is one, which all copies of the handle share.
    explicit Log(const LogOptions& options, const std::shared_ptr<LogTail>& tail = nullptr);
    // Swallows everything; for tests that do not look.
    static Log silent();
    // Appends finished lines to `lines`, which must outlive the log; for tests that do.
    static Log into(std::vector<std::string>& lines, LogOptions options);

    Log with(Fields fields) const;

    void debug(std::string_view event, Fields fields = {}) const { write(LogLevel::Debug, event, fields); }
    void info(std::string_view event, Fields fields = {}) const { write(LogLevel::Info, event, fields); }
    void warning(std::string_view event, Fields fields = {}) const {
        write(LogLevel::Warning, event, fields);
    }
    void error(std::string_view event, Fields fields = {}) const { write(LogLevel::Error, event, fields); }

    // What somebody said or was told. Becomes stars with a length unless `texts` is on, because
    // speech is personal. Returns storage that the caller keeps alive for the call.
    std::string text(std::string_view words) const;

    bool enabled(LogLevel level) const;

private:
    Log(std::shared_ptr<spdlog::logger> sink, LogOptions options);
    void write(LogLevel level, std::string_view event, Fields fields) const;

    std::shared_ptr<spdlog::logger> sink_;  // shared by all copies of the handle
    LogOptions options_;
    std::string context_;  // the fields of `with`, already in the log's format
};

}  // namespace repartee
