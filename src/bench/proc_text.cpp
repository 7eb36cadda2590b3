#include "bench/proc_text.h"

#include <array>
#include <charconv>

namespace repartee::bench {

namespace {

// Takes the next number off the front of `text`, after blanks.
std::optional<std::uint64_t> next_number(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool skip_words(std::string_view& text, int count) {
    for (int i = 0; i < count; ++i) {
        auto begin = text.find_first_not_of(' ');
        if (begin == std::string_view::npos) {
            return false;
        }
        text.remove_prefix(begin);
        text.remove_prefix(std::min(text.find(' '), text.size()));
    }
    return true;
}

}  // namespace

std::optional<ProcessTimes> parse_stat(std::string_view text) {
    auto name_end = text.rfind(')');
    if (name_end == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(name_end + 1);
    // state, ppid, pgrp, session, tty, tpgid, flags, four kinds of page faults
    if (!skip_words(text, 11)) {
        return std::nullopt;
    }
    auto user = next_number(text);
    auto system = next_number(text);
    // what its children used, priority, nice
    if (!user || !system || !skip_words(text, 4)) {
        return std::nullopt;
    }
    auto threads = next_number(text);
    if (!threads) {
        return std::nullopt;
    }
    return ProcessTimes{*user, *system, static_cast<std::int64_t>(*threads)};
}

std::optional<std::uint64_t> parse_bytes(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':') {
            line.remove_prefix(name.size() + 1);
            auto kilobytes = next_number(line);
            return kilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<MachineTimes> parse_machine(std::string_view text) {
    if (!text.starts_with("cpu ")) {
        return std::nullopt;
    }
    text.remove_prefix(4);
    // user, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen
    std::array<std::uint64_t, 8> ticks{};
    for (auto& one : ticks) {
        auto number = next_number(text);
        if (!number) {
            return std::nullopt;
        }
        one = *number;
    }
    MachineTimes times;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        times.all_ticks += ticks[i];
        bool idle = i == 3 || i == 4;
        times.busy_ticks += idle ? 0 : ticks[i];
    }
    return times;
}

}  // namespace repartee::bench
