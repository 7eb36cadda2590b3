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

// How many vectors are copied at once, each statement a journey to the database and back.
constexpr std::int64_t copies_at_once = 100;

struct Revisions {
    std::int64_t memories = 0;
    std::int64_t copies = 0;
    bool are_equal() const { return memories == copies; }
};

// Nothing for who has never had a memory.
std::optional<Revisions> revisions_of(Transaction& transaction, const Owner& owner) {
    const auto answer = transaction.run(
        "SELECT o.revision, coalesce(c.revision, 0) FROM memory_owners o "
        "LEFT JOIN memory_embedding_owners c ON c.owner = o.owner WHERE o.owner = $1",
        {owner.key()});
    if (answer.rows.empty()) {
        return std::nullopt;
    }
    return Revisions{.memories = answer.rows[0].integer(0), .copies = answer.rows[0].integer(1)};
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

// Brings the copies up to the owner's revision. Copies of what has been deleted have gone with it. The row of
// the copies is taken: whoever else copies the same waits, and then finds nothing to do.
void bring_copies_up_to_date(Transaction& transaction, const Owner& owner) {
    auto copied = transaction
                      .run(
                          "INSERT INTO memory_embedding_owners (owner, revision) VALUES ($1, 0) "
                          "ON CONFLICT (owner) DO UPDATE SET revision = memory_embedding_owners.revision "
                          "RETURNING revision",
                          {owner.key()})
                      .rows.at(0)
                      .integer(0);
    // Before the memories: what is committed in between is copied, and once more the next time.
    const auto present = revisions_of(transaction, owner);
    if (!present || present->memories == copied) {
        return;
    }
    std::int64_t revision = copied + 1;
    std::string id;
    while (true) {
        const auto answer = transaction.run(
            "SELECT revision, id, embedder, vector FROM memories WHERE owner = $1 AND "
            "(revision > $2 OR (revision = $2 AND id > $3)) ORDER BY revision, id LIMIT $4",
            {owner.key(), revision, id, copies_at_once});
        if (!answer.rows.empty()) {
            copy(transaction, owner, answer.rows);
            revision = answer.rows.back().integer(0);
            id = answer.rows.back().text(1);
        }
        if (static_cast<std::int64_t>(answer.rows.size()) < copies_at_once) {
            break;
        }
    }
    transaction.run("UPDATE memory_embedding_owners SET revision = $2 WHERE owner = $1",
                    {owner.key(), present->memories});
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

PostgresMemories::PostgresMemories(sql::Connections& connections, const MemoriesSettings& settings, Log log)
    : connections_(connections), rows_(connections, settings), log_(std::move(log)) {}

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
        std::optional<Error> trouble;
        try {
            limit = std::min(limit, most_found_there);
            co_return co_await search_there(owner, embedder, std::move(*array), limit, least);
        } catch (const PostgresFailure& failure) {
            if (!is_about_vectors(failure)) {
                throw;
            }
            trouble = failure.error();
        }
        log_.warning("postgresql cannot compare vectors", {{"reason", trouble->detail}});
    }
    co_return co_await rows_.search(std::move(owner), std::move(embedder), std::move(vector), limit, least);
}

awaitable<std::vector<FoundMemory>> PostgresMemories::search_there(Owner owner, std::string embedder,
                                                                   std::string array, std::size_t limit,
                                                                   double least) {
    std::vector<FoundMemory> found;
    bool are_behind = false;
    Work look = [&](Transaction& transaction) {
        found.clear();
        const auto revisions = revisions_of(transaction, owner);
        are_behind = revisions && !revisions->are_equal();
        if (revisions && !are_behind) {
            found = nearest(transaction, owner, embedder, array, limit, least);
        }
    };
    co_await connections_.read(std::move(look));
    if (are_behind) {
        Work copy_and_look = [&](Transaction& transaction) {
            bring_copies_up_to_date(transaction, owner);
            found = nearest(transaction, owner, embedder, array, limit, least);
        };
        co_await connections_.write(std::move(copy_and_look));
    }
    co_return found;
}

}  // namespace repartee::stores::postgres
