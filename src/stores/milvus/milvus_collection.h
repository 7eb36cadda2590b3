// One collection of ours in Milvus: the vectors of one embedder and dimension, of all owners. Any strand.
//
// An entity is one version of a memory: owner, id and revision make its key, so an entity never changes, and
// writing it twice is writing it once. Beside the entities each owner has a mark, an entity of its own kind:
// the revision up to which all of theirs are here. It lies with them, so it is lost and put back with them.
#pragma once

#include "stores/memory_rows.h"
#include "stores/milvus/milvus.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repartee::stores::milvus {

// The name for these: "repartee_384_0f3a…".
std::string collection_name(const std::string& beginning, const std::string& embedder, std::size_t dimension);

// The key of a version.
std::string key_of(const Owner& owner, const std::string& id, std::int64_t revision);

struct Hit {
    std::string key;
    std::string id;
    std::int64_t revision = 0;
    double score = 0;  // cosine
};

struct StoredVersion {
    std::string key;
    std::string owner;  // its key, as kept
    std::string id;     // empty: a mark
    std::int64_t revision = 0;
};

class Collection {
public:
    // `milvus` outlives it. `dimension` 0: whatever it has; then nothing can be written.
    Collection(Milvus& milvus, Clock& clock, std::string name, std::size_t dimension, Duration patience);

    const std::string& name() const { return name_; }
    std::size_t dimension() const { return dimension_; }

    // All of these throw MilvusFailure; {NoCollection} when it has gone meanwhile, with all that was in it:
    // whoever believed something of it begins anew.

    // It is there, as it has to be, and loaded. Makes it; asks only the first time.
    awaitable<void> ensure();
    // Rows of other dimensions, and such as cannot be compared (not a number), are left out.
    awaitable<void> put(Owner owner, std::vector<MemoryRow> rows);
    // Best first. `limit`: at most most_at_once.
    awaitable<std::vector<Hit>> nearest(Owner owner, Vector vector, std::size_t limit);
    awaitable<std::optional<std::int64_t>> mark_of(Owner owner);
    awaitable<void> set_mark(Owner owner, std::int64_t revision);
    awaitable<void> erase(std::vector<std::string> keys);
    awaitable<void> erase_mark(Owner owner);
    // All of the owner's, and the mark first.
    awaitable<void> erase_all(Owner owner);
    // In the order of the keys, from behind `key`; of one owner, or of everybody.
    awaitable<std::vector<StoredVersion>> versions(std::optional<Owner> owner, std::string key);

    // Milvus gives no more: limit + offset.
    static constexpr std::size_t most_at_once = 16'384;
    // Of versions(); of rows that put() takes well: what a call holds stays at a few megabytes.
    static constexpr std::size_t page = 1'000;
    std::size_t rows_at_once() const;

private:
    awaitable<boost::json::value> ask(Question question);
    awaitable<void> create();
    awaitable<void> check_shape();
    awaitable<void> load();
    boost::json::object body() const;

    Milvus& milvus_;
    Clock& clock_;
    const std::string name_;
    const std::size_t dimension_;
    const Duration patience_;
    std::atomic<bool> is_ready_{false};
};

}  // namespace repartee::stores::milvus
