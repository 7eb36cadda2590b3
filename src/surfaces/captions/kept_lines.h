// The latest lines of the room, for who comes later. Bounded in number and in age. Any thread.
#pragma once

#include "hearing/room_listener.h"

#include <deque>
#include <mutex>
#include <vector>

namespace repartee::surfaces::captions {

class KeptLines {
public:
    KeptLines(std::size_t most, Duration longest) : most_(most), longest_(longest) {}

    void add(const hearing::RoomLine& line) {
        std::lock_guard lock(mutex_);
        lines_.push_back(line);
        if (lines_.size() > most_) {
            lines_.pop_front();
        }
    }

    // The last so many, the oldest first, as of `now`.
    std::vector<hearing::RoomLine> last(std::size_t count, WallTime now) {
        std::lock_guard lock(mutex_);
        while (!lines_.empty() && lines_.front().end < now - longest_) {
            lines_.pop_front();
        }
        auto first = lines_.end() - static_cast<std::ptrdiff_t>(std::min(count, lines_.size()));
        return {first, lines_.end()};
    }

private:
    const std::size_t most_;
    const Duration longest_;
    std::mutex mutex_;
    std::deque<hearing::RoomLine> lines_;
};

}  // namespace repartee::surfaces::captions
