// The latest lines of the room, for who comes later. Bounded in number and in age. Any thread.
#pragma once

#include "hearing/room_listener.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <vector>

namespace repartee::surfaces::captions {

class KeptLines {
public:
    KeptLines(std::size_t most, Duration longest) : most_(most), longest_(longest) {}

    // `translation`: into what somebody wanted it translated; empty: as it was spoken.
    void add(const hearing::RoomLine& line, const Language& translation = {}) {
        std::lock_guard lock(mutex_);
        lines_.push_back({line, translation});
        if (lines_.size() > most_) {
            lines_.pop_front();
        }
    }

    // Who said them is known better.
    void revise(const hearing::RoomRevision& revision) {
        std::lock_guard lock(mutex_);
        for (const auto& change : revision.changes) {
            auto kept = std::ranges::find(lines_, change.line, [](const Kept& one) { return one.line.id; });
            if (kept != lines_.end()) {
                kept->line.speaker = change.speaker;
            }
        }
    }

    // The last so many of this translation, or as they were spoken; the oldest first, as of `now`.
    std::vector<hearing::RoomLine> last(std::size_t count, WallTime now, const Language& translation = {}) {
        std::lock_guard lock(mutex_);
        forget(now);
        std::vector<hearing::RoomLine> last;
        for (auto kept = lines_.rbegin(); kept != lines_.rend() && last.size() < count; ++kept) {
            if (kept->translation == translation) {
                last.push_back(kept->line);
            }
        }
        std::ranges::reverse(last);
        return last;
    }

    // Whether there is none any more, of no translation.
    bool empty(WallTime now) {
        std::lock_guard lock(mutex_);
        forget(now);
        return lines_.empty();
    }

private:
    // Those that are too old. Locked.
    void forget(WallTime now) {
        while (!lines_.empty() && lines_.front().line.end < now - longest_) {
            lines_.pop_front();
        }
    }

    struct Kept {
        hearing::RoomLine line;
        Language translation;
    };

    const std::size_t most_;
    const Duration longest_;
    std::mutex mutex_;
    std::deque<Kept> lines_;
};

}  // namespace repartee::surfaces::captions
