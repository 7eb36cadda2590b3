// What is to be done in Milvus behind everybody's back, an entry for each owner. It may be lost at any time:
// what is missing a search adds, what is too much a search drops. At most so many owners; what does not fit
// is left to that. Any thread.
#pragma once

#include "vocabulary/owner.h"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace repartee::stores::milvus {

struct Errand {
    Owner owner;
    // Bring the vectors of this embedder there; dimension 0: none has been named.
    std::string embedder = {};
    std::size_t dimension = 0;
    // Versions that are no more, by their keys.
    std::set<std::string> stale = {};
    // Look through all of the owner's for such.
    bool sweep = false;
};

class Errands {
public:
    // False when there are too many.
    bool add(Errand errand) {
        std::lock_guard lock(mutex_);
        const auto key = errand.owner.key();
        if (!waiting_.contains(key) && waiting_.size() >= most_owners) {
            return false;
        }
        auto& present = waiting_.try_emplace(key, Errand{.owner = errand.owner}).first->second;
        if (errand.dimension != 0) {
            present.embedder = std::move(errand.embedder);
            present.dimension = errand.dimension;
        }
        present.stale.merge(errand.stale);
        present.sweep = present.sweep || errand.sweep;
        if (present.stale.size() > most_stale) {
            present.stale.clear();
            present.sweep = true;
        }
        return true;
    }
    std::optional<Errand> take() {
        std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            return std::nullopt;
        }
        // Each in its turn, whoever comes again in between.
        auto next = waiting_.upper_bound(last_);
        if (next == waiting_.end()) {
            next = waiting_.begin();
        }
        last_ = next->first;
        auto errand = std::move(next->second);
        waiting_.erase(next);
        return errand;
    }

    static constexpr std::size_t most_owners = 10'000;
    static constexpr std::size_t most_stale = 1'000;

private:
    mutable std::mutex mutex_;
    std::map<std::string, Errand> waiting_;
    std::string last_;
};

}  // namespace repartee::stores::milvus
