// Memories of anonymous sessions: in this process, for an hour after their last use. Looked through one by
// one, for they are few. Any thread; never waits for anything.
#pragma once

#include "base/clock.h"
#include "stores/expiring_shelf.h"
#include "stores/memories.h"

#include <mutex>

namespace repartee::stores {

class FleetingMemories final : public Memories {
public:
    // Of one owner; one more takes the place of the oldest.
    static constexpr std::size_t most_of_one = 200;

    // `clock` outlives it. Past the limits the owners go whom nobody has asked about for longest.
    explicit FleetingMemories(Clock& clock, const ShelfLimits& limits = {}) : clock_(clock), shelf_(limits) {}

    awaitable<void> add(Owner owner, std::string embedder, std::vector<NewMemory> memories) override;
    awaitable<bool> correct(Owner owner, std::string embedder, NewMemory memory) override;
    awaitable<bool> forget(Owner owner, std::string id) override;
    awaitable<void> forget_all(Owner owner) override;

    awaitable<std::vector<FoundMemory>> search(Owner owner, std::string embedder, Vector vector,
                                               std::size_t limit, double least) override;
    awaitable<std::optional<Memory>> find(Owner owner, std::string id) override;
    awaitable<std::vector<Memory>> list(Owner owner, std::string query, std::size_t limit,
                                        std::int64_t before_ms, std::string before_id) override;
    awaitable<std::size_t> count(Owner owner) override;

    awaitable<std::vector<Outdated>> outdated(std::string embedder, std::size_t limit) override;
    awaitable<void> replace_vector(Owner owner, std::string id, std::string text, std::string embedder,
                                   Vector vector) override;

private:
    struct Kept {
        Memory memory;
        std::string embedder;
        Vector vector;
    };
    struct KeptOfOne {
        std::optional<Owner> owner;
        std::vector<Kept> memories;  // the oldest first
    };

    // Both with the mutex held. What the owner has, or null; using it makes it last.
    KeptOfOne* use(const Owner& owner);
    Kept* use(const Owner& owner, const std::string& id);
    static std::size_t bytes_of(const KeptOfOne& kept);

    Clock& clock_;
    std::mutex mutex_;
    ExpiringShelf<std::string, KeptOfOne> shelf_;
};

}  // namespace repartee::stores
