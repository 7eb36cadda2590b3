// Users as they were in the database a moment ago, so that not every request asks it. What this process
// changes is seen at once (`forget`), what others change within `freshness`. Any strand.
#pragma once

#include "base/clock.h"
#include "stores/people.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace repartee::accounts {

class KnownUsers {
public:
    // How long somebody who was switched off by another process still comes in.
    static constexpr std::chrono::seconds freshness{3};
    // Users that are known at a time; past it, all are asked for again.
    static constexpr std::size_t most = 10'000;

    KnownUsers(stores::People& people, Clock& clock) : people_(people), clock_(clock) {}

    // Without their password's hash, which has no business in RAM.
    awaitable<std::optional<stores::User>> find(UserId id);
    void forget(UserId id);

private:
    struct Known {
        stores::User user;
        TimePoint until;
    };

    stores::People& people_;
    Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<UserId, Known> users_;
    // Goes up with each `forget`: what was asked for before it is not kept.
    std::uint64_t forgotten_ = 0;
};

}  // namespace repartee::accounts
