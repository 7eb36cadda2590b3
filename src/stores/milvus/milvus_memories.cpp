#include "stores/milvus/milvus_memories.h"

#include "base/together.h"
#include "stores/milvus/milvus_wire.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::milvus {

namespace {

// More than anyone shows.
constexpr std::size_t most_found = 1000;

// How many more than wanted are looked for, because some may be versions that are no more.
constexpr std::size_t spare_hits = 16;

// Of ids that the database is asked for at once.
constexpr std::size_t ids_at_once = 500;

constexpr Duration first_pause_behind = 1s;
constexpr Duration longest_pause_behind = 30s;

// What was lost with a server, and accounts that are gone, are looked for so often; and not while it starts.
constexpr Duration before_the_first_sweep = 5min;
constexpr Duration between_sweeps = 6h;
// Nobody is to notice it.
constexpr Duration between_pages = 100ms;

Owner owner_called(const std::string& key) {
    constexpr std::string_view of_sessions = "session/";
    constexpr std::string_view of_users = "user/";
    if (key.starts_with(of_users)) {
        UserId id = 0;
        std::from_chars(key.data() + of_users.size(), key.data() + key.size(), id);
        return Owner::user(id);
    }
    return Owner::session(std::string_view(key).substr(std::min(key.size(), of_sessions.size())));
}

// The dimension in a name of ours: "repartee_384_0f3a…"; 0 for others.
std::size_t dimension_in(const std::string& name, const std::string& beginning) {
    if (!name.starts_with(beginning + "_")) {
        return 0;
    }
    const auto* begin = name.data() + beginning.size() + 1;
    const auto* end = name.data() + name.size();
    std::size_t dimension = 0;
    const auto [rest, error] = std::from_chars(begin, end, dimension);
    constexpr std::ptrdiff_t of_the_embedder = 17;  // "_" and 16 digits
    return error == std::errc() && end - rest == of_the_embedder && *rest == '_' ? dimension : 0;
}

}  // namespace

MilvusMemories::MilvusMemories(Milvus& milvus, const MilvusSettings& settings, Memories& kept,
                               MemoryRows& rows, const Surroundings& surroundings)
    : milvus_(milvus),
      settings_(settings),
      kept_(kept),
      rows_(rows),
      executor_(surroundings.executor),
      clock_(surroundings.clock),
      log_(surroundings.log),
      searches_there_(surroundings.metrics.counter(
          "repartee_vector_searches_total", "Searches by meaning, by who did them.", {{"by", "milvus"}})),
      searches_here_(surroundings.metrics.counter(
          "repartee_vector_searches_total", "Searches by meaning, by who did them.", {{"by", "database"}})) {}

// --- what the database does ---

awaitable<void> MilvusMemories::add(Owner owner, std::string embedder, std::vector<NewMemory> memories) {
    const std::size_t dimension = memories.empty() ? 0 : memories.front().vector.size();
    co_await kept_.add(owner, embedder, std::move(memories));
    put_off({.owner = owner, .embedder = std::move(embedder), .dimension = dimension});
}

awaitable<bool> MilvusMemories::correct(Owner owner, std::string embedder, NewMemory memory) {
    const std::size_t dimension = memory.vector.size();
    auto stale = co_await stale_versions(owner, memory.memory.id);
    const bool found = co_await kept_.correct(owner, embedder, std::move(memory));
    if (found) {
        put_off({.owner = owner,
                 .embedder = std::move(embedder),
                 .dimension = dimension,
                 .stale = {stale.begin(), stale.end()}});
    }
    co_return found;
}

awaitable<bool> MilvusMemories::forget(Owner owner, std::string id) {
    auto stale = co_await stale_versions(owner, id);
    const bool found = co_await kept_.forget(owner, std::move(id));
    if (!stale.empty()) {
        put_off({.owner = owner, .stale = {stale.begin(), stale.end()}});
    }
    co_return found;
}

awaitable<void> MilvusMemories::forget_all(Owner owner) {
    co_await kept_.forget_all(owner);
    put_off({.owner = owner, .sweep = true});
}

awaitable<std::optional<Memory>> MilvusMemories::find(Owner owner, std::string id) {
    return kept_.find(std::move(owner), std::move(id));
}

awaitable<std::vector<Memory>> MilvusMemories::list(Owner owner, std::string query, std::size_t limit,
                                                    std::int64_t before_ms, std::string before_id) {
    return kept_.list(std::move(owner), std::move(query), limit, before_ms, std::move(before_id));
}

awaitable<std::size_t> MilvusMemories::count(Owner owner) {
    return kept_.count(std::move(owner));
}

awaitable<std::vector<Memories::Outdated>> MilvusMemories::outdated(std::string embedder, std::size_t limit) {
    return kept_.outdated(std::move(embedder), limit);
}

awaitable<void> MilvusMemories::replace_vector(Owner owner, std::string id, std::string text,
                                               std::string embedder, Vector vector) {
    const std::size_t dimension = vector.size();
    auto stale = co_await stale_versions(owner, id);
    co_await kept_.replace_vector(owner, id, std::move(text), embedder, std::move(vector));
    // It is only taken where the text was still that one: where nothing has changed, nothing is stale.
    const auto present = co_await stale_versions(owner, std::move(id));
    if (present != stale) {
        put_off({.owner = owner,
                 .embedder = std::move(embedder),
                 .dimension = dimension,
                 .stale = {stale.begin(), stale.end()}});
    }
}

// The version that there is now, before it is replaced: none or one.
awaitable<std::vector<std::string>> MilvusMemories::stale_versions(Owner owner, std::string id) {
    std::vector<std::string> ids{id};
    const auto present = co_await rows_.rows_with(owner, std::move(ids));
    std::vector<std::string> keys;
    for (const auto& row : present) {
        keys.push_back(key_of(owner, row.memory.id, row.revision));
    }
    co_return keys;
}

// --- searching ---

awaitable<std::vector<FoundMemory>> MilvusMemories::search(Owner owner, std::string embedder, Vector vector,
                                                           std::size_t limit, double least) {
    limit = std::min(limit, most_found);
    std::optional<Error> failure;
    std::optional<Trouble> trouble;
    const bool makes_sense = limit > 0 && !vector.empty() && is_finite(vector);
    const auto closed = reach_.closed(clock_.now());
    if (makes_sense && !closed) {
        try {
            Error late{ErrorKind::ProviderLate, "The vector store takes too long.",
                       fmt::format("a search took longer than {} ms", settings_.patience.count())};
            const auto answers = milvus_.answers();
            auto searching = search_there(owner, embedder, vector, limit, least);
            auto found =
                co_await with_deadline(clock_, settings_.patience, std::move(searching), std::move(late));
            // Of who has no memories nothing is asked there.
            if (milvus_.answers() != answers) {
                note_answer(reach_.answered());
            }
            searches_there_.add();
            co_return found;
        } catch (const MilvusFailure& failed) {
            failure = failed.error();
            trouble = failed.trouble();
        } catch (const Failure& failed) {
            if (failed.error().kind != ErrorKind::ProviderLate) {
                throw;
            }
            failure = failed.error();
        }
        note(*failure, trouble);
    }
    if (!settings_.fall_back && makes_sense) {
        throw Failure(ErrorKind::Unavailable, "The vector store cannot be asked at the moment.",
                      failure ? failure->detail : closed->detail);
    }
    if (failure) {
        // What it lacked is brought there in peace.
        put_off({.owner = owner, .embedder = embedder, .dimension = vector.size()});
    }
    searches_here_.add();
    co_return co_await kept_.search(std::move(owner), std::move(embedder), std::move(vector), limit, least);
}

awaitable<std::vector<FoundMemory>> MilvusMemories::search_there(Owner owner, std::string embedder,
                                                                 Vector vector, std::size_t limit,
                                                                 double least) {
    const auto collection = collection_for(embedder, vector.size());
    for (int attempt = 1;; ++attempt) {
        try {
            auto found = co_await search_in(collection, owner, embedder, vector, limit, least);
            co_return found;
        } catch (const MilvusFailure& failure) {
            if (failure.trouble() != Trouble::NoCollection || attempt > 1) {
                throw;
            }
        }
        // Somebody has dropped it: what was known of it is true no more.
        standings_.forget(collection->name());
    }
}

awaitable<std::vector<FoundMemory>> MilvusMemories::search_in(CollectionPointer collection, Owner owner,
                                                              std::string embedder, Vector vector,
                                                              std::size_t limit, double least) {
    std::vector<FoundMemory> found;
    const auto present = co_await rows_.revision_of(owner);
    if (!present) {
        co_return found;
    }
    co_await catch_up(collection, owner, embedder, present->revision);
    std::set<std::string> stale;
    for (std::size_t wanted = limit + spare_hits;; wanted *= 4) {
        const auto hits = co_await collection->nearest(owner, vector, wanted);
        std::unordered_map<std::string, PresentMemory> rows;
        for (std::size_t at = 0; at < hits.size(); at += ids_at_once) {
            std::vector<std::string> ids;
            for (std::size_t one = at; one < std::min(hits.size(), at + ids_at_once); ++one) {
                ids.push_back(hits[one].id);
            }
            auto some = co_await rows_.rows_with(owner, std::move(ids));
            for (auto& row : some) {
                auto id = row.memory.id;
                rows.insert_or_assign(std::move(id), std::move(row));
            }
        }
        found.clear();
        for (const auto& hit : hits) {
            const auto row = rows.find(hit.id);
            if (row == rows.end() || row->second.revision != hit.revision ||
                row->second.embedder != embedder) {
                stale.insert(hit.key);
            } else if (hit.score >= least && found.size() < limit) {
                found.push_back({.memory = row->second.memory, .score = hit.score});
            }
        }
        const bool has_seen_all = hits.size() < std::min(wanted, Collection::most_at_once);
        const bool rest_is_too_far = !hits.empty() && hits.back().score < least;
        if (found.size() == limit || has_seen_all || rest_is_too_far || wanted >= Collection::most_at_once) {
            break;
        }
    }
    if (!stale.empty()) {
        put_off({.owner = owner, .stale = std::move(stale)});
    }
    co_return found;
}

// --- bringing it there ---

awaitable<void> MilvusMemories::catch_up(CollectionPointer collection, Owner owner, std::string embedder,
                                         std::int64_t present) {
    if (standings_.has_reached(collection->name(), owner.key(), present, clock_.now())) {
        co_return;
    }
    const auto mark = co_await trusted_mark(collection, owner);
    if (mark < present) {
        std::int64_t revision = mark + 1;
        std::string id;
        for (;;) {
            auto rows = co_await rows_.rows_behind(owner, revision, id, collection->rows_at_once());
            const bool is_last = rows.size() < collection->rows_at_once();
            if (!rows.empty()) {
                revision = rows.back().revision;
                id = rows.back().id;
            }
            std::erase_if(rows, [&](const MemoryRow& row) { return row.embedder != embedder; });
            co_await collection->put(owner, std::move(rows));
            if (is_last) {
                break;
            }
            // Whoever goes on if this ends here need not begin anew. The last revision may not be whole.
            if (revision - 1 > mark) {
                co_await collection->set_mark(owner, revision - 1);
            }
        }
        co_await collection->set_mark(owner, present);
    }
    standings_.note(collection->name(), owner.key(), std::max(mark, present), clock_.now());
}

// The mark; 0 where there is none. One that is ahead of the database belongs to a state of it that is no more
// (a backup has been put back): then nothing there can be believed.
awaitable<std::int64_t> MilvusMemories::trusted_mark(CollectionPointer collection, Owner owner) {
    const auto mark = co_await collection->mark_of(owner);
    if (!mark) {
        co_return 0;
    }
    const auto now = co_await rows_.revision_of(owner);
    if (now && *mark <= now->revision) {
        co_return *mark;
    }
    log_.warning("milvus is ahead of the database", {{"collection", collection->name()}});
    co_await collection->erase_all(owner);
    co_return 0;
}

MilvusMemories::CollectionPointer MilvusMemories::collection_for(const std::string& embedder,
                                                                 std::size_t dimension) {
    return collection_named(collection_name(settings_.collection, embedder, dimension), dimension);
}

MilvusMemories::CollectionPointer MilvusMemories::collection_named(const std::string& name,
                                                                   std::size_t dimension) {
    std::lock_guard lock(mutex_);
    auto& collection = collections_[name];
    if (!collection) {
        collection = std::make_shared<Collection>(milvus_, clock_, name, dimension, settings_.timeout);
    }
    return collection;
}

// --- behind everybody's back ---

void MilvusMemories::put_off(Errand errand) {
    if (errands_.add(std::move(errand))) {
        asio::post(executor_, [news = news_] { news->ring(); });
    }
}

awaitable<void> MilvusMemories::run() {
    co_await together(run_errands(), sweep_now_and_then());
}

awaitable<void> MilvusMemories::run_errands() {
    auto pause = first_pause_behind;
    for (;;) {
        auto errand = errands_.take();
        if (!errand) {
            co_await news_->wait();
            continue;
        }
        std::optional<Error> failure;
        std::optional<Trouble> trouble;
        const auto answers = milvus_.answers();
        try {
            co_await look_after(*errand);
        } catch (const MilvusFailure& failed) {
            failure = failed.error();
            trouble = failed.trouble();
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (!failure) {
            // All may have been done already, as far as is known.
            if (milvus_.answers() != answers) {
                note_answer(reach_.answered_others());
            }
            pause = first_pause_behind;
            continue;
        }
        if (trouble) {
            note(*failure, trouble);
        }
        if (trouble == Trouble::NoCollection) {
            // One of them has been dropped: what was known of it is true no more.
            standings_.forget_all();
        }
        // What it cannot make sense of it would not the next time, and keep the others from it.
        if (trouble != Trouble::Misunderstood) {
            errands_.add(std::move(*errand));
        }
        co_await clock_.sleep(pause);
        pause = std::min(2 * pause, longest_pause_behind);
    }
}

awaitable<void> MilvusMemories::look_after(Errand errand) {
    if (errand.dimension != 0) {
        co_await bring(errand.owner, errand.embedder, errand.dimension);
    }
    if (errand.stale.empty() && !errand.sweep) {
        co_return;
    }
    const auto collections = co_await all_collections();
    for (const auto& collection : collections) {
        if (errand.sweep) {
            co_await sweep(collection, errand.owner);
        } else {
            std::vector<std::string> keys(errand.stale.begin(), errand.stale.end());
            co_await collection->erase(std::move(keys));
        }
    }
}

awaitable<void> MilvusMemories::bring(Owner owner, std::string embedder, std::size_t dimension) {
    const auto collection = collection_for(embedder, dimension);
    const auto present = co_await rows_.revision_of(owner);
    if (!present) {
        co_return;
    }
    co_await catch_up(collection, owner, embedder, present->revision);
}

// Also those of embedders that were before.
awaitable<std::vector<MilvusMemories::CollectionPointer>> MilvusMemories::all_collections() {
    Question list{.path = "/collections/list"};
    const auto answer = co_await milvus_.ask(std::move(list));
    std::vector<CollectionPointer> collections;
    for (const auto& name : names_in(answer)) {
        if (const auto dimension = dimension_in(name, settings_.collection); dimension != 0) {
            collections.push_back(collection_named(name, dimension));
        }
    }
    co_return collections;
}

// Takes away the versions that the database has no more, of one owner or of everybody. One that it has not
// yet there cannot be: they are read from it first.
awaitable<void> MilvusMemories::sweep(CollectionPointer collection, std::optional<Owner> owner) {
    std::string behind;
    for (;;) {
        auto versions = co_await collection->versions(owner, behind);
        const bool is_last = versions.size() < Collection::page;
        if (!versions.empty()) {
            behind = versions.back().key;
        }
        auto stale = co_await stale_among(std::move(versions));
        co_await collection->erase(std::move(stale));
        if (is_last) {
            break;
        }
        if (!owner) {
            co_await clock_.sleep(between_pages);
        }
    }
    if (owner) {
        const auto present = co_await rows_.revision_of(*owner);
        if (!present) {
            co_await collection->erase_mark(*owner);
        }
    }
}

awaitable<std::vector<std::string>> MilvusMemories::stale_among(std::vector<StoredVersion> versions) {
    std::map<std::string, std::vector<StoredVersion>> by_owner;
    std::vector<std::string> stale;
    for (auto& version : versions) {
        if (version.owner != owner_of_marks) {
            by_owner[version.owner].push_back(std::move(version));
            continue;
        }
        // To take away a mark is always right: then everything is brought once more.
        const auto present = co_await rows_.revision_of(owner_called(version.id));
        if (!present) {
            stale.push_back(version.key);
        }
    }
    for (const auto& [name, theirs] : by_owner) {
        const auto owner = owner_called(name);
        for (std::size_t at = 0; at < theirs.size(); at += ids_at_once) {
            const auto end = std::min(theirs.size(), at + ids_at_once);
            std::vector<std::string> ids;
            for (std::size_t one = at; one < end; ++one) {
                ids.push_back(theirs[one].id);
            }
            const auto rows = co_await rows_.rows_with(owner, std::move(ids));
            std::set<std::string> alive;
            for (const auto& row : rows) {
                alive.insert(key_of(owner, row.memory.id, row.revision));
            }
            for (std::size_t one = at; one < end; ++one) {
                if (!alive.contains(theirs[one].key)) {
                    stale.push_back(theirs[one].key);
                }
            }
        }
    }
    co_return stale;
}

awaitable<void> MilvusMemories::sweep_everything() {
    const auto collections = co_await all_collections();
    for (const auto& collection : collections) {
        co_await sweep(collection, std::nullopt);
    }
}

awaitable<void> MilvusMemories::sweep_now_and_then() {
    for (auto pause = before_the_first_sweep;; pause = between_sweeps) {
        co_await clock_.sleep(pause);
        std::optional<Error> failure;
        try {
            co_await sweep_everything();
        } catch (const MilvusFailure& failed) {
            failure = failed.error();
            if (failed.trouble() == Trouble::NoCollection) {
                standings_.forget_all();
            }
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (failure) {
            log_.info("milvus was not swept", {{"reason", failure->detail}});
        }
    }
}

// --- how it is ---

void MilvusMemories::note(const Error& failure, std::optional<Trouble> trouble) {
    const auto now = clock_.now();
    const bool is_news =
        trouble ? reach_.failed(now, {*trouble, failure.detail}) : reach_.was_late(now, failure.detail);
    if (is_news) {
        log_.warning("milvus cannot be asked",
                     {{"place", milvus_.address().place},
                      {"reason", failure.detail},
                      {"searched_by", settings_.fall_back ? "database" : "nobody"}});
    }
}

void MilvusMemories::note_answer(bool had_failed) {
    if (had_failed) {
        log_.info("milvus answers again", {{"place", milvus_.address().place}});
    }
}

}  // namespace repartee::stores::milvus
