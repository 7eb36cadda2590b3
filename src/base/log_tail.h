// The latest lines of the log, for who looks on while the server runs. Bounded: the oldest are lost.
//
// Any thread. A Log writes into it (see log.h); whoever looks asks from time to time what has come since.
#pragma once

#include "base/log.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace repartee {

class LogTail {
public:
    struct Line {
        std::uint64_t number = 0;  // 1, 2, 3 ...: where one is missing, it is lost
        LogLevel level = LogLevel::Info;
        std::int64_t at_ms = 0;  // since the epoch
        std::string text;        // as the log has it, without time and level
    };

    explicit LogTail(std::size_t most = 200) : most_(most) {}

    // A longer text is cut.
    static constexpr std::size_t longest_text = 4 << 10;

    void add(LogLevel level, std::int64_t at_ms, std::string_view text);

    // Of the latest; 0: there is none yet.
    std::uint64_t last_number() const;
    // What is left of the lines behind this one, the oldest first.
    std::vector<Line> behind(std::uint64_t number) const;

private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::uint64_t last_ = 0;
    std::deque<Line> lines_;
};

}  // namespace repartee
