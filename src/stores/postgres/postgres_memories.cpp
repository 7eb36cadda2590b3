#include "stores/postgres/postgres_memories.h"

#include "stores/postgres/sql_state.h"
#include "stores/postgres/vector_step.h"
#include "stores/postgres/vector_text.h"
#include "stores/sql_text.h"

#include <algorithm>
#include <cstring>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::postgres {

namespace {

using sql::Transaction;
using sql::Value;
using Work = std::function<void(Transaction&)>;

// More than anyone shows.
constexpr std::size_t most_found_there = 1000;

// How many vectors are copied at once, each time a journey to the database and back, and how many by one
// search, which somebody waits for: a tenth of a second.
constexpr std::int64_t copies_at_once = 100;
constexpr std::int64_t copies_per_search = 500;

// Whatever comes before this, in the order of revision and id, is copied.
struct Progress {
    std::int64_t revision = 0;
    std::string id;
};

// The owner's memories have come to `revision`, and the copies of them to `copied`.
struct Standing {
    std::int64_t revision = 0;
    std::int64_t copied = 0;
    bool is_complete() const { return copied > revision; }
};

// Nothing for who has never had a memory.
std::optional<Standing> standing_of(Transaction& transaction, const Owner& owner) {
    const auto answer = transaction.run(
        "SELECT o.revision, coalesce(c.revision, 0) FROM memory_owners o "
        "LEFT JOIN memory_embedding_owners c ON c.owner = o.owner WHERE o.owner = $1",
        {owner.key()});
    if (answer.rows.empty()) {
        return std::nullopt;
    }
    return Standing{.revision = answer.rows[0].integer(0), .copied = answer.rows[0].integer(1)};
}

// The row is taken: whoever else copies the same waits, and goes on from where this ends.
Progress take_progress(Transaction& transaction, const Owner& owner) {
    const auto answer = transaction.run(
        "INSERT INTO memory_embedding_owners (owner, revision, id) VALUES ($1, 0, '') "
        "ON CONFLICT (owner) DO UPDATE SET revision = memory_embedding_owners.revision RETURNING revision, "
        "id",
        {owner.key()});
    return {.revision = answer.rows.at(0).integer(0), .id = answer.rows.at(0).text(1)};
}

// What cannot be compared is not found: so its copy goes.
void drop_copies(Transaction& transaction, const Owner& owner, const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
        transaction.run("DELETE FROM memory_embeddings WHERE owner = $1 AND id = $2", {owner.key(), id});
    }
}

void copy(Transaction& transaction, const Owner& owner, std::span<const sql::Row> rows) {
    std::string statement = "INSERT INTO memory_embeddings (owner, id, embedder, embedding) VALUES ";
    std::vector<Value> parameters{owner.key()};
    std::vector<std::string> incomparable;
    for (const auto& row : rows) {
        const auto& bytes = row.bytes(3);
        Vector vector(bytes.size() / sizeof(float));
        std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
        auto array = vector.empty() ? std::nullopt : array_of(vector);
        if (!array) {
            incomparable.push_back(row.text(1));
            continue;
        }
        statement += parameters.size() == 1 ? "($1, " : ", ($1, ";
        statement += place_for(parameters, row.text(1)) + ", ";
        statement += place_for(parameters, row.text(2)) + ", ";
        statement += place_for(parameters, std::move(*array)) + "::real[]::vector)";
    }
    drop_copies(transaction, owner, incomparable);
    if (parameters.size() > 1) {
        statement +=
            " ON CONFLICT (owner, id) DO UPDATE SET embedder = excluded.embedder, embedding = "
            "excluded.embedding";
        transaction.run(statement, std::span<const Value>(parameters));
    }
}

// Copies what is missing, up to a number; true when it was all. Copies of what has been deleted have gone
// with it.
bool copy_missing(Transaction& transaction, const Owner& owner) {
    auto progress = take_progress(transaction, owner);
    // Before the memories: what is committed in between is copied, and once more the next time.
    const auto standing = standing_of(transaction, owner);
    if (!standing || standing->is_complete()) {
        return true;
    }
    bool is_complete = false;
    for (std::int64_t copied = 0; copied < copies_per_search && !is_complete; copied += copies_at_once) {
        const auto answer = transaction.run(
            "SELECT revision, id, embedder, vector FROM memories WHERE owner = $1 AND "
            "(revision > $2 OR (revision = $2 AND id > $3)) ORDER BY revision, id LIMIT $4",
            {owner.key(), progress.revision, progress.id, copies_at_once});
        if (!answer.rows.empty()) {
            copy(transaction, owner, answer.rows);
            progress = {.revision = answer.rows.back().integer(0), .id = answer.rows.back().text(1)};
        }
        is_complete = static_cast<std::int64_t>(answer.rows.size()) < copies_at_once;
    }
    if (is_complete) {
        progress = {.revision = standing->revision + 1, .id = {}};
    }
    transaction.run("UPDATE memory_embedding_owners SET revision = $2, id = $3 WHERE owner = $1",
                    {owner.key(), progress.revision, progress.id});
    return is_complete;
}

// Of the owner's own memories, by this embedder, all are looked at. The query is read once and not with each
// of them: that is what the SELECT around it is for.
constexpr std::string_view nearest_statement =
    "WITH nearest AS MATERIALIZED ("
    "SELECT id, embedding <=> (SELECT $1::real[]::vector) AS distance FROM memory_embeddings "
    "WHERE owner = $2 AND embedder = $3 ORDER BY distance, id LIMIT $4) "
    "SELECT m.id, m.text, m.category, m.source, m.created_at_ms, m.updated_at_ms, 1 - n.distance "
    "FROM nearest n JOIN memories m ON m.owner = $2 AND m.id = n.id AND m.embedder = $3 "
    "WHERE 1 - n.distance >= $5 ORDER BY n.distance, m.id";

std::vector<FoundMemory> nearest(Transaction& transaction, const Owner& owner, const std::string& embedder,
                                 const std::string& array, std::size_t limit, double least) {
    const auto answer = transaction.run(
        nearest_statement, {array, owner.key(), embedder, static_cast<std::int64_t>(limit), least});
    std::vector<FoundMemory> found;
    for (const auto& row : answer.rows) {
        Memory memory{.id = row.text(0),
                      .text = row.text(1),
                      .category = row.text(2),
                      .source = row.text(3),
                      .created_at_ms = row.integer(4),
                      .updated_at_ms = row.integer(5)};
        found.push_back({.memory = std::move(memory), .score = row.real(6)});
    }
    return found;
}

// The extension is gone; it compares no vectors of this length; memories that were to be copied have been
// deleted just now. None of that keeps anybody from looking at the rows.
bool is_about_vectors(const PostgresFailure& failure) {
    const std::string_view state = failure.state();
    return state.starts_with("42") || state.starts_with("22") || state == "23503";
}

}  // namespace

PostgresMemories::PostgresMemories(sql::Connections& connections, const MemoriesSettings& settings,
                                   bool uses_pgvector, Log log)
    : connections_(connections),
      rows_(connections, settings),
      uses_pgvector_(uses_pgvector),
      log_(std::move(log)) {
    look_again();
}

awaitable<void> PostgresMemories::add(Owner owner, std::string embedder, std::vector<NewMemory> memories) {
    return rows_.add(std::move(owner), std::move(embedder), std::move(memories));
}

awaitable<bool> PostgresMemories::correct(Owner owner, std::string embedder, NewMemory memory) {
    return rows_.correct(std::move(owner), std::move(embedder), std::move(memory));
}

awaitable<bool> PostgresMemories::forget(Owner owner, std::string id) {
    return rows_.forget(std::move(owner), std::move(id));
}

awaitable<void> PostgresMemories::forget_all(Owner owner) {
    return rows_.forget_all(std::move(owner));
}

awaitable<std::optional<Memory>> PostgresMemories::find(Owner owner, std::string id) {
    return rows_.find(std::move(owner), std::move(id));
}

awaitable<std::vector<Memory>> PostgresMemories::list(Owner owner, std::string query, std::size_t limit,
                                                      std::int64_t before_ms, std::string before_id) {
    return rows_.list(std::move(owner), std::move(query), limit, before_ms, std::move(before_id));
}

awaitable<std::size_t> PostgresMemories::count(Owner owner) {
    return rows_.count(std::move(owner));
}

awaitable<std::vector<Memories::Outdated>> PostgresMemories::outdated(std::string embedder,
                                                                      std::size_t limit) {
    return rows_.outdated(std::move(embedder), limit);
}

awaitable<void> PostgresMemories::replace_vector(Owner owner, std::string id, std::string text,
                                                 std::string embedder, Vector vector) {
    return rows_.replace_vector(std::move(owner), std::move(id), std::move(text), std::move(embedder),
                                std::move(vector));
}

awaitable<void> PostgresMemories::ensure_searcher() {
    if (searcher_ != Searcher::Unknown) {
        co_return;
    }
    bool is_there = false;
    Work look = [&](Transaction& transaction) { is_there = has_vector_tables(transaction); };
    co_await connections_.read(std::move(look));
    searcher_ = is_there ? Searcher::Database : Searcher::Shelf;
}

awaitable<std::vector<FoundMemory>> PostgresMemories::search(Owner owner, std::string embedder, Vector vector,
                                                             std::size_t limit, double least) {
    co_await ensure_searcher();
    auto array = vector.empty() ? std::nullopt : array_of(vector);
    if (searcher_ == Searcher::Database && array) {
        std::string trouble;
        try {
            auto found = co_await search_there(owner, embedder, std::move(*array),
                                               std::min(limit, most_found_there), least);
            if (found) {
                co_return std::move(*found);
            }
        } catch (const PostgresFailure& failure) {
            if (!is_about_vectors(failure)) {
                throw;
            }
            trouble = failure.error().detail;
        }
        if (!trouble.empty()) {
            log_.warning("postgresql cannot compare vectors", {{"reason", trouble}});
        }
    }
    co_return co_await rows_.search(std::move(owner), std::move(embedder), std::move(vector), limit, least);
}

awaitable<std::optional<std::vector<FoundMemory>>> PostgresMemories::search_there(
    Owner owner, std::string embedder, std::string array, std::size_t limit, double least) {
    std::vector<FoundMemory> found;
    bool is_complete = false;
    Work look = [&](Transaction& transaction) {
        found.clear();
        const auto standing = standing_of(transaction, owner);
        is_complete = !standing || standing->is_complete();
        if (standing && is_complete) {
            found = nearest(transaction, owner, embedder, array, limit, least);
        }
    };
    co_await connections_.read(std::move(look));
    if (!is_complete) {
        Work copy_and_look = [&](Transaction& transaction) {
            is_complete = copy_missing(transaction, owner);
            if (is_complete) {
                found = nearest(transaction, owner, embedder, array, limit, least);
            }
        };
        co_await connections_.write(std::move(copy_and_look));
    }
    co_return is_complete ? std::optional(std::move(found)) : std::nullopt;
}

}  // namespace repartee::stores::postgres
