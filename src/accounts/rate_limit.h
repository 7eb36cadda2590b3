// How often somebody may try: a bucket of tokens for each key (an address, an e-mail), refilled evenly. Pure:
// the time is an argument; one thread at a time.
//
// Bounded: `places` keys, about 250 bytes each. One more takes the place of the one that has not been seen
// for longest, so who comes from many addresses pushes others out, and grows nothing.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace repartee::accounts {

class RateLimit {
public:
    // `most` at once, and `most` in each `span` from then on; 0: no limit.
    RateLimit(std::int64_t most, Duration span, std::size_t places = 10'000);

    // Nothing when it is allowed, and then it counts; else how long until it would be, at least a second.
    std::optional<std::chrono::seconds> take(std::string_view key, TimePoint now);
    // What was taken last did not deserve to count.
    void give_back(std::string_view key);

    std::size_t keys() const { return buckets_.size(); }

private:
    struct Bucket {
        std::string key;
        TimePoint full_at;  // all there is to know of a bucket: when all its tokens will be back
    };
    using Buckets = std::list<Bucket>;

    Bucket& bucket_of(std::string_view key, TimePoint now);

    const std::int64_t most_;
    const Duration span_;
    const std::size_t places_;
    Buckets buckets_;                                                // seen last in front
    std::unordered_map<std::string_view, Buckets::iterator> found_;  // keys are those of the buckets
};

// By what an address counts: IPv6 by its first 64 bits, which one household has to itself; IPv4 also where it
// is written as IPv6. What is no address counts as it is.
std::string rate_key_of_peer(const std::string& address);

}  // namespace repartee::accounts
