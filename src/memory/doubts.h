// Sessions of which the session memory may hold something old: an append or a forgetting did not get through.
// Until they have been filled anew from where the truth is, it is not believed about them, so that a memory
// that comes back after an outage shows nothing that is stale. Any thread.
//
// Bounded: past `most` sessions all are doubted, for as long as anything old can last.
#pragma once

#include "base/clock.h"
#include "stores/session_memory.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace repartee::memory {

class Doubts {
public:
    static constexpr std::size_t most = 10'000;

    void doubt(const stores::SessionKey& key, TimePoint now);
    // All sessions that an owner has now.
    void doubt_all_of(const Owner& owner, TimePoint now);
    // It has been filled anew, or emptied.
    void settle(const stores::SessionKey& key);

    bool about(const stores::SessionKey& key, TimePoint now);

private:
    struct OfOwner {
        TimePoint until;
        std::set<std::string> settled;  // sessions
    };
    void drop_old(TimePoint now);

    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, TimePoint> sessions_;  // owner and session; until when
    std::map<std::string, OfOwner> owners_;
    TimePoint all_until_ = TimePoint::min();
};

}  // namespace repartee::memory
