// The vectors of owners who search, in RAM: each set as of a revision of its owner, brought up to date by who
// uses it. At most so many bytes in all; past them the sets that nobody has used for longest go. Any thread.
#pragma once

#include "stores/memory_rows.h"
#include "stores/vector_set.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace repartee::stores {

// One owner's vectors by one embedder. Who reads holds `mutex` shared, who changes holds it alone.
struct ShelvedVectors {
    std::shared_mutex mutex;
    std::optional<VectorSet> set;  // nothing: not loaded yet
    MemoryRevision as_of;
    std::int64_t loads = 0;  // how often the set has been made anew
    std::atomic<bool> index_is_coming{false};
};

class VectorShelf {
public:
    explicit VectorShelf(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    // The owner's, empty where there are none yet. Shared by the shelf and by those who use it now: what
    // leaves the shelf meanwhile lives as long as they do.
    std::shared_ptr<ShelvedVectors> take(const std::string& owner, const std::string& embedder);
    // After the use: what it weighs now. Makes room, if need be by dropping this very one.
    void weigh(const std::string& owner, const std::string& embedder, std::size_t bytes);
    // This memory is gone, which made the owner's revision `now`. Spares a set that is as of the one before a
    // reload; waits for nobody.
    void erase(const std::string& owner, const std::string& id, const MemoryRevision& now);
    void drop(const std::string& owner);

    std::size_t bytes() const;

private:
    using Key = std::pair<std::string, std::string>;  // owner, embedder
    struct Place {
        std::shared_ptr<ShelvedVectors> vectors;
        std::size_t bytes = 0;
        std::list<Key>::iterator in_order;
    };
    using Places = std::map<Key, Place>;

    void remove(Places::iterator place);
    std::vector<std::shared_ptr<ShelvedVectors>> of(const std::string& owner);

    const std::size_t most_bytes_;
    mutable std::mutex mutex_;
    Places places_;
    std::list<Key> by_last_use_;  // the latest first
    std::size_t bytes_ = 0;
};

}  // namespace repartee::stores
