// What this process keeps for a while: at most so many things of so many bytes, each until a while after its
// last use. Past the bounds those go that nobody has used for longest. Told the time; guarded by whoever owns
// it.
#pragma once

#include "base/clock.h"

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace repartee::stores {

struct ShelfLimits {
    std::size_t most = 10'000;
    std::size_t most_bytes = std::size_t{64} << 20;
    Duration lifetime = std::chrono::hours(1);
};

template <class Key, class Value>
class ExpiringShelf {
public:
    explicit ExpiringShelf(const ShelfLimits& limits) : limits_(limits) {}

    // Null where there is none any more. No use: it expires when it would have.
    Value* look(const Key& key, TimePoint now) {
        drop_expired(now);
        auto place = places_.find(key);
        return place == places_.end() ? nullptr : &place->second.value;
    }

    // The value as it is from now on, of so many bytes, for another lifetime. It alone may be too large: then
    // it is not kept.
    void keep(const Key& key, Value value, std::size_t bytes, TimePoint now) {
        erase(key);
        order_.push_front(key);
        Place place{std::move(value), bytes, now + limits_.lifetime, order_.begin()};
        places_.emplace(key, std::move(place));
        bytes_ += bytes;
        drop_expired(now);
        while (places_.size() > limits_.most || bytes_ > limits_.most_bytes) {
            erase(Key(order_.back()));
        }
    }

    // It has changed in place, or has been used: kept for another lifetime.
    void renew(const Key& key, std::size_t bytes, TimePoint now) {
        if (auto place = places_.find(key); place != places_.end()) {
            keep(key, std::move(place->second.value), bytes, now);
        }
    }

    void erase(const Key& key) {
        if (auto place = places_.find(key); place != places_.end()) {
            bytes_ -= place->second.bytes;
            order_.erase(place->second.in_order);
            places_.erase(place);
        }
    }

    // From this key on, as long as `belongs` says so.
    template <class Belongs>
    void erase_from(const Key& first, const Belongs& belongs) {
        for (auto place = places_.lower_bound(first); place != places_.end() && belongs(place->first);) {
            const Key key = (place++)->first;
            erase(key);
        }
    }

    // visit(key, value) for each until it says false.
    template <class Visit>
    void for_each(const Visit& visit) const {
        for (const auto& [key, place] : places_) {
            if (!visit(key, place.value)) {
                return;
            }
        }
    }

    std::size_t size() const { return places_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    struct Place {
        Value value;
        std::size_t bytes;
        TimePoint expires_at;
        typename std::list<Key>::iterator in_order;
    };

    // All live equally long: the order of the last use is that of the ends.
    void drop_expired(TimePoint now) {
        while (!order_.empty() && places_.at(order_.back()).expires_at <= now) {
            erase(Key(order_.back()));
        }
    }

    const ShelfLimits limits_;
    std::map<Key, Place> places_;
    std::list<Key> order_;  // the latest first
    std::size_t bytes_ = 0;
};

}  // namespace repartee::stores
