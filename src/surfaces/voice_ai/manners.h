// What people have set about themselves, and the agent in the manner they like, as the database had it a
// moment ago: so that not every message asks it. What this process changes is seen at once (`forget`), what
// others change within `freshness`, as of the users themselves (accounts/known_users.h). Any strand.
#pragma once

#include "base/clock.h"
#include "conversation/agent.h"
#include "stores/people.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace repartee::surfaces::voice_ai {

struct Manner {
    explicit Manner(stores::Profile what_is_set);

    const stores::Profile profile;
    const conversation::Agent agent;
};

class Manners {
public:
    static constexpr std::chrono::seconds freshness{3};
    // People who are known at a time, a few KiB each; past it, all are asked for again.
    static constexpr std::size_t most = 2'000;

    explicit Manners(Clock& clock) : clock_(clock) {}

    awaitable<std::shared_ptr<const Manner>> of(stores::People& people, UserId user);
    // Who has set nothing.
    const std::shared_ptr<const Manner>& of_nobody() const { return of_nobody_; }
    void forget(UserId user);

private:
    struct Known {
        std::shared_ptr<const Manner> manner;  // shared with conversations that go on with it
        TimePoint until;
    };

    Clock& clock_;
    const std::shared_ptr<const Manner> of_nobody_ = std::make_shared<const Manner>(stores::Profile{});
    std::mutex mutex_;
    std::unordered_map<UserId, Known> known_;
    // Goes up with each `forget`: what was asked for before it is not kept.
    std::uint64_t forgotten_ = 0;
};

}  // namespace repartee::surfaces::voice_ai
