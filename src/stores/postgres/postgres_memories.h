// Memories in PostgreSQL. Kept as everywhere (sql_memories.h); where the database has pgvector, it searches
// itself, and nothing of them is in this process's RAM.
//
// The database compares copies of the vectors in its own type (vector_step.h). Each owner has a row that says
// how far the copies have come, in the order of revision and id; whoever searches and finds them behind
// brings them up to date first. So it does not matter who has written the memories, whether that program knew
// of pgvector, or when the extension was installed. Where much is missing, each search copies some of it, and
// looks at the rows for this time.
//
// Debian 12 has no package of pgvector. The tests run these very statements on a real PostgreSQL with a
// stand-in, a domain `vector` over real[] with a function behind the operator <=>; they take the genuine one
// where the server has it, and have passed with 0.8. What is used of it is its type, the cast from real[],
// and that operator.
#pragma once

#include "base/log.h"
#include "stores/sql_memories.h"

#include <atomic>

namespace repartee::stores::postgres {

class PostgresMemories final : public Memories {
public:
    // `connections` outlive it. Without `uses_pgvector` it is as if the database had none.
    PostgresMemories(sql::Connections& connections, const MemoriesSettings& settings, bool uses_pgvector,
                     Log log);

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

    // For a vector store, which then searches instead.
    MemoryRows& rows() { return rows_; }

    // Asks the database again whether it can search itself: after a migration.
    void look_again() { searcher_ = uses_pgvector_ ? Searcher::Unknown : Searcher::Shelf; }
    // As far as is known.
    bool database_searches() const { return searcher_ == Searcher::Database; }

private:
    enum class Searcher { Unknown, Database, Shelf };

    awaitable<void> ensure_searcher();
    // Nothing where the copies are not complete yet.
    awaitable<std::optional<std::vector<FoundMemory>>> search_there(Owner owner, std::string embedder,
                                                                    std::string array, std::size_t limit,
                                                                    double least);

    sql::Connections& connections_;
    SqlMemories rows_;
    const bool uses_pgvector_;
    const Log log_;
    std::atomic<Searcher> searcher_;
};

}  // namespace repartee::stores::postgres
