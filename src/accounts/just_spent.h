// Refresh tokens that were spent a moment ago, with what they were exchanged for: a second use by the same
// peer is the other tab of a browser, or an answer that was lost, and gets the same once more, until that is
// spent in its turn: by then it has come. In memory: another server on the same database knows nothing of it,
// and takes the second use for what it may be, a theft. Any thread.
//
// Bounded: `places` tokens, about 300 bytes each; the one that was spent first gives way.
#pragma once

#include "base/clock.h"
#include "stores/people.h"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace repartee::accounts {

struct NewRefreshToken {
    std::string text;
    stores::RefreshToken record;  // without family, user and version
};

class JustSpent {
public:
    // For two tabs, and for a client that asks again after its answer was lost.
    static constexpr Duration grace = std::chrono::seconds(10);
    static constexpr std::size_t places = 4096;

    // What the token with this hash was exchanged for by this peer within the grace; if it was not, `next`,
    // and that is remembered: two that come at once get the same.
    NewRefreshToken exchanged_for(const std::string& hash, const std::string& peer, NewRefreshToken next,
                                  TimePoint now) {
        std::lock_guard lock(mutex_);
        while (!spent_.empty() && (spent_.size() >= places || now - spent_.front().at >= grace)) {
            spent_.pop_front();
        }
        std::erase_if(spent_, [&](const Entry& entry) { return entry.next.record.hash == hash; });
        for (const auto& entry : spent_) {
            if (entry.hash == hash && entry.peer == peer) {
                return entry.next;
            }
        }
        spent_.push_back({hash, peer, next, now});
        return next;
    }

    // The exchange for `next` has not come about.
    void forget(const NewRefreshToken& next) {
        std::lock_guard lock(mutex_);
        std::erase_if(spent_, [&](const Entry& entry) { return entry.next.text == next.text; });
    }

private:
    struct Entry {
        std::string hash;
        std::string peer;
        NewRefreshToken next;
        TimePoint at;
    };

    std::mutex mutex_;
    std::deque<Entry> spent_;  // the first one in front
};

}  // namespace repartee::accounts
