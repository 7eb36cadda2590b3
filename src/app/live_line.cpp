#include "app/live_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace repartee::app {

namespace {

constexpr std::size_t bar_width = 10;
constexpr std::size_t usual_columns = 80;

// Loudness is heard in decibels: the bar begins at -50 and is full at -10.
std::string bar(float level) {
    auto decibels = level > 0 ? 20 * std::log10(level) : -100.0F;
    auto filled = static_cast<std::size_t>(std::clamp((decibels + 50) / 40, 0.0F, 1.0F) * bar_width);
    return std::string(filled, '#') + std::string(bar_width - filled, ' ');
}

// The end of a text is what is new in it. Whole characters only.
std::string_view last_characters(std::string_view text, std::size_t most) {
    std::size_t count = 0;
    auto begin = text.size();
    while (begin > 0 && count < most) {
        --begin;
        if ((static_cast<unsigned char>(text[begin]) & 0xC0) != 0x80) {
            ++count;
        }
    }
    return text.substr(begin);
}

std::size_t columns_of_terminal() {
    winsize size{};
    bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : usual_columns;
}

}  // namespace

std::string live_line(const LiveState& state, std::size_t columns) {
    auto line = fmt::format("you [{}]  repartee [{}]  ", bar(state.microphone), bar(state.reply));
    if (line.size() >= columns) {
        return line.substr(0, columns);
    }
    std::string words(last_characters(state.words, columns - line.size()));
    std::ranges::replace_if(words, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return line + words;
}

LiveLine::LiveLine(std::ostream& out) : out_(out), terminal_(::isatty(STDOUT_FILENO) == 1) {}

void LiveLine::show(const LiveState& state) {
    if (terminal_) {
        out_ << "\r\x1b[K" << live_line(state, columns_of_terminal() - 1) << std::flush;
        shown_ = true;
    }
}

void LiveLine::clear() {
    if (std::exchange(shown_, false)) {
        out_ << "\r\x1b[K" << std::flush;
    }
}

}  // namespace repartee::app
