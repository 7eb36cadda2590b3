#include "stores/sql_memories.h"

#include "stores/sql_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace repartee::stores {

namespace {

using sql::Blob;
using sql::Row;
using sql::Transaction;
using sql::Value;
using Work = std::function<void(Transaction&)>;

constexpr std::string_view memory_columns = "id, text, category, source, created_at_ms, updated_at_ms";

Memory memory_in(const Row& row) {
    return {.id = row.text(0),
            .text = row.text(1),
            .category = row.text(2),
            .source = row.text(3),
            .created_at_ms = row.integer(4),
            .updated_at_ms = row.integer(5)};
}

// A column holds the floats one behind the other, the lower bytes first.
static_assert(std::endian::native == std::endian::little);

Blob bytes_of(const Vector& vector) {
    return {std::string(reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float))};
}

Vector vector_in(const std::string& bytes) {
    Vector vector(bytes.size() / sizeof(float));
    std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
    return vector;
}

// --- the owner's row: see sql_memories.h ---

Value user_of(const Owner& owner) {
    return owner.user_id() ? Value(*owner.user_id()) : Value(nullptr);
}

MemoryRevision revision_in(const Row& row) {
    return {.revision = row.integer(0), .deletions = row.integer(1)};
}

// The next revision of the owner. Their row is taken: revisions are in the order of the commits.
std::int64_t next_revision(Transaction& transaction, const Owner& owner) {
    return transaction
        .run(
            "INSERT INTO memory_owners (owner, user_id, revision, deletions) VALUES ($1, $2, 1, 0) "
            "ON CONFLICT (owner) DO UPDATE SET revision = memory_owners.revision + 1 RETURNING revision",
            {owner.key(), user_of(owner)})
        .rows.at(0)
        .integer(0);
}

// Nothing when the owner has never had a memory.
std::optional<MemoryRevision> next_deletion(Transaction& transaction, const Owner& owner) {
    const auto answer = transaction.run(
        "UPDATE memory_owners SET revision = revision + 1, deletions = deletions + 1 WHERE owner = $1 "
        "RETURNING revision, deletions",
        {owner.key()});
    return answer.rows.empty() ? std::nullopt : std::optional(revision_in(answer.rows[0]));
}

std::optional<MemoryRevision> present_revision(Transaction& transaction, const Owner& owner) {
    const auto answer =
        transaction.run("SELECT revision, deletions FROM memory_owners WHERE owner = $1", {owner.key()});
    return answer.rows.empty() ? std::nullopt : std::optional(revision_in(answer.rows[0]));
}

bool has_memory(Transaction& transaction, const Owner& owner, const std::string& id) {
    return !transaction.run("SELECT 1 FROM memories WHERE owner = $1 AND id = $2", {owner.key(), id})
                .rows.empty();
}

// --- writing ---

// How many memories one statement takes.
constexpr std::size_t memories_at_once = 50;

void insert_memories(Transaction& transaction, const Owner& owner, const std::string& embedder,
                     std::int64_t revision, std::span<const NewMemory> memories) {
    std::string statement =
        "INSERT INTO memories (owner, user_id, embedder, revision, id, text, category, source, "
        "created_at_ms, updated_at_ms, vector) VALUES ";
    std::vector<Value> parameters{owner.key(), user_of(owner), embedder, revision};
    for (const auto& [memory, vector] : memories) {
        statement += &memory == &memories.front().memory ? "($1, $2, $3, $4, " : ", ($1, $2, $3, $4, ";
        statement += place_for(parameters, memory.id) + ", ";
        statement += place_for(parameters, memory.text) + ", ";
        statement += place_for(parameters, memory.category) + ", ";
        statement += place_for(parameters, memory.source) + ", ";
        statement += place_for(parameters, memory.created_at_ms) + ", ";
        statement += place_for(parameters, memory.updated_at_ms) + ", ";
        statement += place_for(parameters, bytes_of(vector)) + ")";
    }
    statement += " ON CONFLICT (owner, id) DO NOTHING";
    transaction.run(statement, std::span<const Value>(parameters));
}

// --- searching ---

// How many vectors are read at once; a bound on what is in RAM twice.
constexpr std::int64_t vectors_at_once = 2000;

// Puts into `set` what has changed behind `after`.
void load_changes(Transaction& transaction, const Owner& owner, const std::string& embedder,
                  std::int64_t after, VectorSet& set) {
    std::int64_t revision = after + 1;
    std::string id;
    for (;;) {
        const auto answer = transaction.run(
            "SELECT revision, id, embedder, vector FROM memories WHERE owner = $1 AND "
            "(revision, id) > ($2, $3) ORDER BY revision, id LIMIT $4",
            {owner.key(), revision, id, vectors_at_once});
        for (const auto& row : answer.rows) {
            // What another embedder has made meanwhile cannot be compared any more.
            if (row.text(2) == embedder) {
                set.put(row.text(1), vector_in(row.bytes(3)));
            } else {
                set.erase(row.text(1));
            }
        }
        if (static_cast<std::int64_t>(answer.rows.size()) < vectors_at_once) {
            return;
        }
        revision = answer.rows.back().integer(0);
        id = answer.rows.back().text(1);
    }
}

bool is_fresh(const ShelvedVectors& vectors, std::size_t dimension, const MemoryRevision& present) {
    return vectors.set && vectors.set->dimension() == dimension && vectors.as_of.revision >= present.revision;
}

void bring_up_to_date(Transaction& transaction, const Owner& owner, const std::string& embedder,
                      std::size_t dimension, const MemoryRevision& present, ShelvedVectors& vectors) {
    {
        std::shared_lock lock(vectors.mutex);
        if (is_fresh(vectors, dimension, present)) {
            return;
        }
    }
    std::unique_lock lock(vectors.mutex);
    if (is_fresh(vectors, dimension, present)) {
        return;  // somebody else has done it meanwhile
    }
    const bool can_go_on =
        vectors.set && vectors.set->dimension() == dimension && vectors.as_of.deletions == present.deletions;
    if (can_go_on) {
        load_changes(transaction, owner, embedder, vectors.as_of.revision, *vectors.set);
    } else {
        VectorSet anew(dimension);
        load_changes(transaction, owner, embedder, 0, anew);
        vectors.set = std::move(anew);
        ++vectors.loads;
    }
    vectors.as_of = present;
}

// Memories by owner and id, those that there are, in any order: memory_columns and the embedder, and the
// revision.
sql::Answer rows_by_id(Transaction& transaction, const Owner& owner, std::span<const std::string_view> ids) {
    // A few lengths of the list, so that there are few statements to prepare.
    const std::size_t places = std::bit_ceil(std::max<std::size_t>(ids.size(), 8));
    std::vector<Value> parameters{owner.key()};
    std::string statement = fmt::format(
        "SELECT {}, embedder, revision FROM memories WHERE owner = $1 AND id IN (", memory_columns);
    for (std::size_t place = 0; place < places; ++place) {
        statement += place == 0 ? "" : ", ";
        statement += place_for(parameters, std::string(ids[std::min(place, ids.size() - 1)]));
    }
    return transaction.run(statement + ")", std::span<const Value>(parameters));
}

// The texts of what was found, by owner and id, in the order of the hits.
std::vector<FoundMemory> texts_of_hits(Transaction& transaction, const Owner& owner,
                                       const std::string& embedder, std::span<const VectorSet::Hit> hits) {
    std::vector<std::string_view> ids;
    for (const auto& hit : hits) {
        ids.emplace_back(hit.id);
    }
    const auto answer = rows_by_id(transaction, owner, ids);
    std::map<std::string_view, const Row*> rows;
    for (const auto& row : answer.rows) {
        // Not in the question: a database may think that few have this embedder, and look through them all.
        if (row.text(6) == embedder) {
            rows.emplace(row.text(0), &row);
        }
    }
    std::vector<FoundMemory> found;
    for (const auto& hit : hits) {
        if (auto row = rows.find(hit.id); row != rows.end()) {
            found.push_back({.memory = memory_in(*row->second), .score = hit.score});
        }
    }
    return found;
}

// More than anyone shows.
constexpr std::size_t most_found = 1000;

constexpr std::size_t bytes_in_mib = std::size_t{1} << 20;

}  // namespace

void describe(Fields& fields, MemoriesSettings& settings) {
    fields.field(
        "vectors_mib", settings.vectors_mib,
        {.help = "How much memory (MiB) the vectors of those who search may take. Whoever does not fit is "
                 "read from the database at each search.",
         .least = 1,
         .most = 1024 * 1024});
}

SqlMemories::SqlMemories(sql::Connections& connections, const MemoriesSettings& settings)
    : connections_(connections), shelf_(static_cast<std::size_t>(settings.vectors_mib) * bytes_in_mib) {}

awaitable<void> SqlMemories::add(Owner owner, std::string embedder, std::vector<NewMemory> memories) {
    if (memories.empty()) {
        co_return;
    }
    Work work = [&](Transaction& transaction) {
        const auto revision = next_revision(transaction, owner);
        for (std::span<const NewMemory> rest = memories; !rest.empty();) {
            const auto now = rest.first(std::min(rest.size(), memories_at_once));
            insert_memories(transaction, owner, embedder, revision, now);
            rest = rest.subspan(now.size());
        }
    };
    co_await connections_.write(std::move(work));
}

awaitable<bool> SqlMemories::correct(Owner owner, std::string embedder, NewMemory memory) {
    bool found = false;
    Work work = [&](Transaction& transaction) {
        const auto& [told, vector] = memory;
        if (!has_memory(transaction, owner, told.id)) {
            found = false;
            return;
        }
        const auto revision = next_revision(transaction, owner);
        found = transaction
                    .run(
                        "UPDATE memories SET text = $3, category = $4, source = $5, updated_at_ms = $6, "
                        "embedder = $7, vector = $8, revision = $9 WHERE owner = $1 AND id = $2",
                        {owner.key(), told.id, told.text, told.category, told.source, told.updated_at_ms,
                         embedder, bytes_of(vector), revision})
                    .changed > 0;
    };
    co_await connections_.write(std::move(work));
    co_return found;
}

awaitable<bool> SqlMemories::forget(Owner owner, std::string id) {
    bool found = false;
    std::optional<MemoryRevision> now;
    Work work = [&](Transaction& transaction) {
        now.reset();
        if (!has_memory(transaction, owner, id)) {
            return;
        }
        now = next_deletion(transaction, owner);
        found =
            transaction.run("DELETE FROM memories WHERE owner = $1 AND id = $2", {owner.key(), id}).changed >
                0 ||
            found;  // also when a first run had found it
    };
    co_await connections_.write(std::move(work));
    if (now) {
        shelf_.erase(owner.key(), id, *now);
    }
    co_return found;
}

awaitable<void> SqlMemories::forget_all(Owner owner) {
    Work work = [&](Transaction& transaction) {
        if (next_deletion(transaction, owner)) {
            transaction.run("DELETE FROM memories WHERE owner = $1", {owner.key()});
        }
    };
    co_await connections_.write(std::move(work));
    shelf_.drop(owner.key());
}

awaitable<std::vector<FoundMemory>> SqlMemories::search(Owner owner, std::string embedder, Vector vector,
                                                        std::size_t limit, double least) {
    std::vector<FoundMemory> found;
    limit = std::min(limit, most_found);
    Work work = [&](Transaction& transaction) {
        found.clear();
        const auto present = present_revision(transaction, owner);
        if (!present) {
            shelf_.drop(owner.key());
            return;
        }
        const auto vectors = shelf_.take(owner.key(), embedder);
        bring_up_to_date(transaction, owner, embedder, vector.size(), *present, *vectors);
        std::vector<VectorSet::Hit> hits;
        std::size_t bytes = 0;
        {
            std::shared_lock lock(vectors->mutex);
            hits = vectors->set->nearest(vector, limit, static_cast<float>(least));
            bytes = vectors->set->bytes();
        }
        shelf_.weigh(owner.key(), embedder, bytes);
        index_builder_.ask_for(vectors);
        if (!hits.empty()) {
            found = texts_of_hits(transaction, owner, embedder, hits);
        }
    };
    if (limit > 0 && !vector.empty()) {
        co_await connections_.read(std::move(work));
    }
    co_return found;
}

awaitable<std::optional<Memory>> SqlMemories::find(Owner owner, std::string id) {
    std::optional<Memory> found;
    Work work = [&](Transaction& transaction) {
        const auto statement =
            fmt::format("SELECT {} FROM memories WHERE owner = $1 AND id = $2", memory_columns);
        const auto answer = transaction.run(statement, {owner.key(), id});
        found = answer.rows.empty() ? std::nullopt : std::optional(memory_in(answer.rows[0]));
    };
    co_await connections_.read(std::move(work));
    co_return found;
}

awaitable<std::vector<Memory>> SqlMemories::list(Owner owner, std::string query, std::size_t limit,
                                                 std::int64_t before_ms, std::string before_id) {
    const auto words = words_of(query);
    std::vector<Memory> found;
    Work work = [&](Transaction& transaction) {
        std::vector<Value> parameters{owner.key()};
        std::string statement = fmt::format("SELECT {} FROM memories WHERE owner = $1", memory_columns);
        if (before_ms != 0) {
            const auto time = place_for(parameters, before_ms);
            const auto id = place_for(parameters, before_id);
            statement += fmt::format(" AND (updated_at_ms, id) < ({}, {})", time, id);
        }
        for (const auto& word : words) {
            statement += " AND " + has_word(transaction.dialect(), "text", place_for(parameters, word));
        }
        statement += " ORDER BY updated_at_ms DESC, id DESC LIMIT " +
                     place_for(parameters, static_cast<std::int64_t>(limit));
        found.clear();
        for (const auto& row : transaction.run(statement, std::span<const Value>(parameters)).rows) {
            found.push_back(memory_in(row));
        }
    };
    if (words.empty()) {
        co_await connections_.read(std::move(work));
    } else {
        co_await connections_.search(std::move(work));
    }
    co_return found;
}

awaitable<std::size_t> SqlMemories::count(Owner owner) {
    std::int64_t number = 0;
    Work work = [&](Transaction& transaction) {
        number = transaction.run("SELECT count(*) FROM memories WHERE owner = $1", {owner.key()})
                     .rows.at(0)
                     .integer(0);
    };
    co_await connections_.read(std::move(work));
    co_return static_cast<std::size_t>(number);
}

awaitable<std::vector<Memories::Outdated>> SqlMemories::outdated(std::string embedder, std::size_t limit) {
    std::vector<Outdated> found;
    Work work = [&](Transaction& transaction) {
        found.clear();
        // Less or greater, not unequal: an index leads to these, past all the others.
        const auto answer = transaction.run(
            "SELECT user_id, owner, id, text FROM memories "
            "WHERE embedder < $1 OR embedder > $1 LIMIT $2",
            {embedder, static_cast<std::int64_t>(limit)});
        constexpr std::string_view of_sessions = "session/";
        for (const auto& row : answer.rows) {
            found.push_back({.owner = row.is_null(0) ? Owner::session(row.text(1).substr(of_sessions.size()))
                                                     : Owner::user(row.integer(0)),
                             .id = row.text(2),
                             .text = row.text(3)});
        }
    };
    co_await connections_.read(std::move(work));
    co_return found;
}

awaitable<void> SqlMemories::replace_vector(Owner owner, std::string id, std::string text,
                                            std::string embedder, Vector vector) {
    Work work = [&](Transaction& transaction) {
        if (!has_memory(transaction, owner, id)) {
            return;
        }
        const auto revision = next_revision(transaction, owner);
        transaction.run(
            "UPDATE memories SET embedder = $4, vector = $5, revision = $6 "
            "WHERE owner = $1 AND id = $2 AND text = $3",
            {owner.key(), id, text, embedder, bytes_of(vector), revision});
    };
    co_await connections_.write(std::move(work));
}

// --- as rows, for a vector store ---

awaitable<std::optional<MemoryRevision>> SqlMemories::revision_of(Owner owner) {
    std::optional<MemoryRevision> present;
    Work work = [&](Transaction& transaction) { present = present_revision(transaction, owner); };
    co_await connections_.read(std::move(work));
    co_return present;
}

awaitable<std::vector<MemoryRow>> SqlMemories::rows_behind(Owner owner, std::int64_t revision, std::string id,
                                                           std::size_t limit) {
    std::vector<MemoryRow> rows;
    Work work = [&](Transaction& transaction) {
        rows.clear();
        const auto answer = transaction.run(
            "SELECT revision, id, embedder, vector FROM memories WHERE owner = $1 AND "
            "(revision, id) > ($2, $3) ORDER BY revision, id LIMIT $4",
            {owner.key(), revision, id, static_cast<std::int64_t>(limit)});
        for (const auto& row : answer.rows) {
            rows.push_back({.revision = row.integer(0),
                            .id = row.text(1),
                            .embedder = row.text(2),
                            .vector = vector_in(row.bytes(3))});
        }
    };
    co_await connections_.read(std::move(work));
    co_return rows;
}

awaitable<std::vector<PresentMemory>> SqlMemories::rows_with(Owner owner, std::vector<std::string> ids) {
    std::vector<PresentMemory> present;
    Work work = [&](Transaction& transaction) {
        present.clear();
        const std::vector<std::string_view> sought(ids.begin(), ids.end());
        for (const auto& row : rows_by_id(transaction, owner, sought).rows) {
            present.push_back(
                {.memory = memory_in(row), .embedder = row.text(6), .revision = row.integer(7)});
        }
    };
    if (!ids.empty()) {
        co_await connections_.read(std::move(work));
    }
    co_return present;
}

}  // namespace repartee::stores
