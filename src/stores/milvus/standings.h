// How far this process knows Milvus to have come, by collection and owner: spares a search the question.
// Believed for a while only, because what is in Milvus may be put back to an earlier state by others. Any
// thread.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace repartee::stores::milvus {

class Standings {
public:
    bool has_reached(const std::string& collection, const std::string& owner, std::int64_t revision,
                     TimePoint now) const {
        std::lock_guard lock(mutex_);
        const auto found = known_.find({collection, owner});
        return found != known_.end() && found->second.revision >= revision && now < found->second.until;
    }
    void note(const std::string& collection, const std::string& owner, std::int64_t revision, TimePoint now) {
        std::lock_guard lock(mutex_);
        // Rather ask again than keep an order of last use.
        if (known_.size() >= most) {
            known_.clear();
        }
        known_[{collection, owner}] = {.revision = revision, .until = now + lifetime};
    }
    void forget(const std::string& collection) {
        std::lock_guard lock(mutex_);
        std::erase_if(known_, [&](const auto& entry) { return entry.first.first == collection; });
    }
    void forget_all() {
        std::lock_guard lock(mutex_);
        known_.clear();
    }

    static constexpr Duration lifetime = 60s;
    static constexpr std::size_t most = 10'000;

private:
    struct Known {
        std::int64_t revision = 0;
        TimePoint until;
    };
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Known> known_;
};

}  // namespace repartee::stores::milvus
