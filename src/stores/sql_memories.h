// Memories over SQL: texts and vectors are rows; the vectors of owners who search are kept in RAM, too
// (vector_shelf.h), and looked through on the thread that reads the database.
//
// Several programs may write to one database. So each owner has a row that counts: `revision` goes up with
// every transaction that changes the owner's memories, and each memory has the revision of its last change;
// `deletions` goes up with each that deletes some. Whoever searches reads the counts first and then only what
// is newer than what is in RAM, or all of it where something has been deleted. Texts always come from the
// database, by owner and id: so what RAM still has of a memory that is gone finds nothing.
#pragma once

#include "base/fields.h"
#include "stores/index_builder.h"
#include "stores/memories.h"
#include "stores/memory_rows.h"
#include "stores/sql.h"
#include "stores/vector_shelf.h"

namespace repartee::stores {

struct MemoriesSettings {
    std::int64_t vectors_mib = 512;  // of RAM, for the vectors of those who search
};
void describe(Fields& fields, MemoriesSettings& settings);

class SqlMemories final : public Memories, public MemoryRows {
public:
    // `connections` outlive it.
    SqlMemories(sql::Connections& connections, const MemoriesSettings& settings);

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

    awaitable<std::optional<MemoryRevision>> revision_of(Owner owner) override;
    awaitable<std::vector<MemoryRow>> rows_behind(Owner owner, std::int64_t revision, std::string id,
                                                  std::size_t limit) override;
    awaitable<std::vector<PresentMemory>> rows_with(Owner owner, std::vector<std::string> ids) override;

private:
    sql::Connections& connections_;
    VectorShelf shelf_;
    IndexBuilder index_builder_;
};

}  // namespace repartee::stores
