#include "base/log.h"

#include "base/log_tail.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>

namespace repartee {

namespace {

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::Trace: return spdlog::level::trace;
        case LogLevel::Debug: return spdlog::level::debug;
        case LogLevel::Info: return spdlog::level::info;
        case LogLevel::Warning: return spdlog::level::warn;
        case LogLevel::Error: return spdlog::level::err;
        case LogLevel::Off: return spdlog::level::off;
    }
    return spdlog::level::info;
}

class LinesSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit LinesSink(std::vector<std::string>& lines) : lines_(lines) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        lines_.emplace_back(line.data(), line.size());
    }
    void flush_() override {}

    std::vector<std::string>& lines_;
};

LogLevel level_from(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::trace: return LogLevel::Trace;
        case spdlog::level::debug: return LogLevel::Debug;
        case spdlog::level::info: return LogLevel::Info;
        case spdlog::level::warn: return LogLevel::Warning;
        default: return LogLevel::Error;
    }
}

// Time and level are told beside the text, so that only the rest of a line is kept.
class TailSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    TailSink(std::shared_ptr<LogTail> tail, LogOptions::Format format)
        : tail_(std::move(tail)), format_(format) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        std::string_view text(message.payload.data(), message.payload.size());
        auto at = std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch());
        // In JSON mode the text is the rest of an object, which begins with a comma.
        tail_->add(
            level_from(message.level), at.count(),
            format_ == LogOptions::Format::Json ? fmt::format("{{{}}}", text.substr(1)) : std::string(text));
    }
    void flush_() override {}

    const std::shared_ptr<LogTail> tail_;  // owners: the sink, and who made the tail to look at it
    const LogOptions::Format format_;
};

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

// A console value is quoted only when a reader could not tell where it ends.
std::string console_value(std::string_view text) {
    bool plain = !text.empty() && std::ranges::none_of(text, [](char c) {
        return c == ' ' || c == '"' || c == '=' || static_cast<unsigned char>(c) < 0x20;
    });
    return plain ? std::string(text) : quoted(text);
}

void append(std::string& line, const LogField& field, LogOptions::Format format) {
    bool json = format == LogOptions::Format::Json;
    line += json ? fmt::format(",{}:", quoted(field.name)) : fmt::format("  {}=", field.name);
    struct Writer {
        std::string& line;
        bool json;
        void operator()(std::string_view text) const { line += json ? quoted(text) : console_value(text); }
        void operator()(std::int64_t number) const { line += fmt::format("{}", number); }
        void operator()(double number) const { line += fmt::format("{:.1f}", number); }
        void operator()(bool truth) const { line += truth ? "true" : "false"; }
    };
    std::visit(Writer{line, json}, field.value);
}

std::shared_ptr<spdlog::logger> logger_over(spdlog::sink_ptr sink, const LogOptions& options) {
    auto logger = std::make_shared<spdlog::logger>("repartee", std::move(sink));
    logger->set_level(level_of(options.level));
    // In JSON mode the message is the rest of the object: ,"event":"...",...
    logger->set_pattern(options.format == LogOptions::Format::Json
                            ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l"%v})"
                            : "%H:%M:%S.%e %^%-7l%$ %v",
                        options.format == LogOptions::Format::Json ? spdlog::pattern_time_type::utc
                                                                   : spdlog::pattern_time_type::local);
    logger->flush_on(spdlog::level::trace);
    return logger;
}

}  // namespace

std::optional<LogLevel> log_level_from(std::string_view word) {
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower == "trace")
        return LogLevel::Trace;
    if (lower == "debug")
        return LogLevel::Debug;
    if (lower == "info")
        return LogLevel::Info;
    if (lower == "warning" || lower == "warn")
        return LogLevel::Warning;
    if (lower == "error" || lower == "critical")
        return LogLevel::Error;
    if (lower == "off")
        return LogLevel::Off;
    return std::nullopt;
}

Log::Log(const LogOptions& options, const std::shared_ptr<LogTail>& tail)
    : Log(logger_over(std::make_shared<spdlog::sinks::stderr_color_sink_mt>(), options), options) {
    if (tail) {
        sink_->sinks().push_back(std::make_shared<TailSink>(tail, options.format));
    }
}

Log::Log(std::shared_ptr<spdlog::logger> sink, LogOptions options)
    : sink_(std::move(sink)), options_(options) {}

Log Log::silent() {
    LogOptions options{.level = LogLevel::Off};
    return {logger_over(std::make_shared<spdlog::sinks::null_sink_mt>(), options), options};
}

Log Log::into(std::vector<std::string>& lines, LogOptions options) {
    return {logger_over(std::make_shared<LinesSink>(lines), options), options};
}

Log Log::with(Fields fields) const {
    Log narrower = *this;
    for (const auto& field : fields) {
        append(narrower.context_, field, options_.format);
    }
    return narrower;
}

bool Log::enabled(LogLevel level) const {
    return sink_->should_log(level_of(level));
}

std::string Log::text(std::string_view words) const {
    return options_.texts ? std::string(words) : fmt::format("*** ({} bytes)", words.size());
}

void Log::write(LogLevel level, std::string_view event, Fields fields) const {
    if (!enabled(level)) {
        return;
    }
    std::string line = options_.format == LogOptions::Format::Json
                           ? fmt::format(",\"event\":{}", quoted(event))
                           : std::string(event);
    line += context_;
    for (const auto& field : fields) {
        append(line, field, options_.format);
    }
    sink_->log(level_of(level), "{}", line);
}

}  // namespace repartee
