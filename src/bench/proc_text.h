// What Linux tells about processes and the machine below /proc, as it is written there. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace repartee::bench {

struct ProcessTimes {
    std::uint64_t user_ticks = 0;
    std::uint64_t system_ticks = 0;
    std::int64_t threads = 0;
};
// Of /proc/<pid>/stat. The name in it may hold anything, blanks and parentheses too.
std::optional<ProcessTimes> parse_stat(std::string_view text);

// The number behind `name` in /proc/<pid>/status or smaps_rollup, in bytes: "Rss:   1234 kB".
std::optional<std::uint64_t> parse_bytes(std::string_view text, std::string_view name);

struct MachineTimes {
    std::uint64_t busy_ticks = 0;  // of all cores, whoever had them; what others took from us included
    std::uint64_t all_ticks = 0;
};
// Of the first line of /proc/stat.
std::optional<MachineTimes> parse_machine(std::string_view text);

}  // namespace repartee::bench
