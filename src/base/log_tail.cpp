#include "base/log_tail.h"

#include "base/utf8.h"

#include <algorithm>

namespace repartee {

namespace {

// As it can be shown: what is no character is replaced.
std::string presentable_line(std::string_view text) {
    text = truncate_utf8(text, LogTail::longest_text);
    if (is_utf8(text)) {
        return std::string(text);
    }
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        append_utf8(shown, character.code);
        at += character.length;
    }
    return shown;
}

}  // namespace

void LogTail::add(LogLevel level, std::int64_t at_ms, std::string_view text) {
    auto line = presentable_line(text);
    std::lock_guard lock(mutex_);
    lines_.push_back({++last_, level, at_ms, std::move(line)});
    if (lines_.size() > most_) {
        lines_.pop_front();
    }
}

std::uint64_t LogTail::last_number() const {
    std::lock_guard lock(mutex_);
    return last_;
}

std::vector<LogTail::Line> LogTail::behind(std::uint64_t number) const {
    std::lock_guard lock(mutex_);
    auto first = std::ranges::upper_bound(lines_, number, {}, &Line::number);
    return {first, lines_.end()};
}

}  // namespace repartee
