// The memories of a database, found by Milvus. The database keeps all of them, vectors too, and whatever is
// written is written there; Milvus has copies of the vectors, which are never taken for complete unless a
// mark beside them says so, and never for true unless the database still has that very version.
#pragma once

#include "base/bell.h"
#include "stores/catalogue.h"
#include "stores/memory_rows.h"
#include "stores/milvus/errands.h"
#include "stores/milvus/milvus_collection.h"
#include "stores/milvus/reach.h"
#include "stores/milvus/standings.h"

#include <map>
#include <memory>
#include <mutex>

namespace repartee::stores::milvus {

class MilvusMemories final : public Memories {
public:
    // All of it outlives this.
    MilvusMemories(Milvus& milvus, const MilvusSettings& settings, Memories& kept, MemoryRows& rows,
                   const Surroundings& surroundings);

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

    // Brings there what has been written and takes away what is no more, until cancelled. On the loop of the
    // surroundings.
    awaitable<void> run();

    // Takes away all that the database has no more, of anybody: of accounts that are gone, and what a server
    // had not got to before its end. Part of `run`, from time to time. Throws Failure.
    awaitable<void> sweep_everything();

    Reach& reach() { return reach_; }

private:
    using CollectionPointer = std::shared_ptr<Collection>;  // of the map, and of whoever asks it now

    CollectionPointer collection_for(const std::string& embedder, std::size_t dimension);
    CollectionPointer collection_named(const std::string& name, std::size_t dimension);

    awaitable<std::vector<FoundMemory>> search_there(Owner owner, std::string embedder, Vector vector,
                                                     std::size_t limit, double least);
    awaitable<std::vector<FoundMemory>> search_in(CollectionPointer collection, Owner owner,
                                                  std::string embedder, Vector vector, std::size_t limit,
                                                  double least);
    // All of the owner's as of `present` are in the collection.
    awaitable<void> catch_up(CollectionPointer collection, Owner owner, std::string embedder,
                             std::int64_t present);
    awaitable<std::int64_t> trusted_mark(CollectionPointer collection, Owner owner);
    awaitable<std::vector<std::string>> stale_versions(Owner owner, std::string id);

    void put_off(Errand errand);
    awaitable<void> run_errands();
    awaitable<void> sweep_now_and_then();
    awaitable<void> look_after(Errand errand);
    awaitable<void> bring(Owner owner, std::string embedder, std::size_t dimension);
    awaitable<std::vector<CollectionPointer>> all_collections();
    awaitable<void> sweep(CollectionPointer collection, std::optional<Owner> owner);
    awaitable<std::vector<std::string>> stale_among(std::vector<StoredVersion> versions);

    void note(const Error& failure, std::optional<Trouble> trouble);
    void note_answer(bool had_failed);

    Milvus& milvus_;
    const MilvusSettings settings_;
    Memories& kept_;
    MemoryRows& rows_;
    Executor executor_;
    Clock& clock_;
    const Log log_;
    Counter searches_there_;
    Counter searches_here_;
    Reach reach_;
    Standings standings_;
    Errands errands_;
    std::shared_ptr<Bell> news_ = std::make_shared<Bell>();  // shared with rings that are on their way
    std::mutex mutex_;
    std::map<std::string, CollectionPointer> collections_;  // one for each embedder that there has been
};

}  // namespace repartee::stores::milvus
