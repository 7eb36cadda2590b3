#include "stores/milvus/milvus_collection.h"

#include "stores/milvus/milvus_wire.h"

#include <boost/algorithm/hex.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <iterator>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::milvus {

namespace {

namespace json = boost::json;

// Between two looks whether a collection is loaded.
constexpr std::chrono::milliseconds between_looks = 100ms;

// What put() sends at once: far below the 64 MiB that Milvus takes, and soon on its way.
constexpr std::size_t bytes_at_once = 2 << 20;
constexpr std::size_t most_rows_at_once = 500;
constexpr std::size_t bytes_of_a_number = 12;  // "-0.12345678,"

// 128 bits of SHA-256 in hexadecimal: no two are ever alike.
std::string digest_of(std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
    std::string name;
    boost::algorithm::hex_lower(digest, digest + 16, std::back_inserter(name));
    return name;
}

std::string mark_key(const Owner& owner) {
    return "mark-" + digest_of(owner.key());
}

}  // namespace

std::string collection_name(const std::string& beginning, const std::string& embedder,
                            std::size_t dimension) {
    return fmt::format("{}_{}_{}", beginning, dimension, digest_of(embedder).substr(0, 16));
}

std::string key_of(const Owner& owner, const std::string& id, std::int64_t revision) {
    return digest_of(fmt::format("{}:{}{}:{}{}", owner.key().size(), owner.key(), id.size(), id, revision));
}

Collection::Collection(Milvus& milvus, Clock& clock, std::string name, std::size_t dimension,
                       Duration patience)
    : milvus_(milvus), clock_(clock), name_(std::move(name)), dimension_(dimension), patience_(patience) {}

std::size_t Collection::rows_at_once() const {
    const auto bytes = std::max<std::size_t>(dimension_, 1) * bytes_of_a_number;
    return std::clamp<std::size_t>(bytes_at_once / bytes, 1, most_rows_at_once);
}

json::object Collection::body() const {
    return {{"collectionName", name_}};
}

// --- that it is there ---

awaitable<void> Collection::ensure() {
    if (is_ready_) {
        co_return;
    }
    Question has{.path = "/collections/has", .body = body()};
    const auto answer = co_await milvus_.ask(std::move(has));
    if (!says_has(answer)) {
        co_await create();
    }
    co_await check_shape();
    co_await load();
    is_ready_ = true;
}

awaitable<void> Collection::create() {
    Question make{.path = "/collections/create", .body = creation_of(name_, dimension_)};
    std::exception_ptr failure;
    try {
        co_await milvus_.ask(std::move(make));
    } catch (const MilvusFailure& failed) {
        if (failed.trouble() != Trouble::Misunderstood && failed.trouble() != Trouble::Unexpected) {
            throw;
        }
        failure = std::current_exception();
    }
    if (!failure) {
        co_return;
    }
    // Somebody else may have made it at the same moment.
    Question has{.path = "/collections/has", .body = body()};
    const auto answer = co_await milvus_.ask(std::move(has));
    if (!says_has(answer)) {
        std::rethrow_exception(failure);
    }
}

awaitable<void> Collection::check_shape() {
    Question describe{.path = "/collections/describe", .body = body()};
    const auto answer = co_await milvus_.ask(std::move(describe));
    if (const auto fault = fault_of_shape(answer, dimension_); !fault.empty()) {
        throw MilvusFailure(Trouble::Misfit, fmt::format("the collection {} {}", name_, fault));
    }
}

awaitable<void> Collection::load() {
    const auto give_up = clock_.now() + patience_;
    for (bool was_asked = false;;) {
        Question look{.path = "/collections/get_load_state", .body = body()};
        const auto state = load_state_in(co_await milvus_.ask(std::move(look)));
        if (state == LoadState::Loaded) {
            co_return;
        }
        if (state == LoadState::NotExist) {
            throw MilvusFailure(Trouble::NoCollection, "it has gone while it was being loaded");
        }
        if (state == LoadState::NotLoad && !was_asked) {
            Question load{.path = "/collections/load", .body = body()};
            co_await milvus_.ask(std::move(load));
            was_asked = true;
            continue;
        }
        if (clock_.now() > give_up) {
            throw MilvusFailure(Trouble::NotReady, fmt::format("the collection {} is being loaded", name_));
        }
        co_await clock_.sleep(between_looks);
    }
}

awaitable<json::value> Collection::ask(Question question) {
    question.body["collectionName"] = name_;
    for (int attempt = 1;; ++attempt) {
        co_await ensure();
        try {
            auto data = co_await milvus_.ask(question);
            co_return data;
        } catch (const MilvusFailure& failure) {
            const bool can_be_mended = failure.trouble() == Trouble::NotLoaded && attempt < 3;
            if (failure.trouble() == Trouble::NotLoaded || failure.trouble() == Trouble::NoCollection) {
                is_ready_ = false;
            }
            if (!can_be_mended) {
                throw;
            }
        }
    }
}

// --- what is in it ---

awaitable<void> Collection::put(Owner owner, std::vector<MemoryRow> rows) {
    std::erase_if(rows, [&](const MemoryRow& row) {
        return row.vector.size() != dimension_ || !is_finite(row.vector) || row.id.size() > longest_id;
    });
    if (rows.empty()) {
        co_return;
    }
    std::string data = "[";
    for (const auto& row : rows) {
        data += data.size() == 1 ? "" : ",";
        data += entity_of(key_of(owner, row.id, row.revision), owner.key(), row.id, row.revision, row.vector);
    }
    Question upsert{.path = "/entities/upsert", .data = data + "]"};
    const auto answer = co_await ask(std::move(upsert));
    static_cast<void>(answer);
}

awaitable<std::vector<Hit>> Collection::nearest(Owner owner, Vector vector, std::size_t limit) {
    Question search{.path = "/entities/search",
                    .body = search_for(std::min(limit, most_at_once)),
                    .filter = {.text = "owner == {owner}", .values = {{"owner", owner.key()}}},
                    .data = "[" + array_of(vector) + "]"};
    const auto answer = co_await ask(std::move(search));
    auto hits = hits_in(answer);
    std::ranges::stable_sort(hits, std::greater(), &Hit::score);
    co_return hits;
}

awaitable<std::optional<std::int64_t>> Collection::mark_of(Owner owner) {
    json::array keys{mark_key(owner)};
    Question look{.path = "/entities/query",
                  .body = query_for(1),
                  .filter = {.text = "id in {keys}", .values = {{"keys", std::move(keys)}}}};
    const auto answer = co_await ask(std::move(look));
    const auto found = versions_in(answer);
    co_return found.empty() ? std::nullopt : std::optional(found.front().revision);
}

awaitable<void> Collection::set_mark(Owner owner, std::int64_t revision) {
    // Any vector: nobody searches among marks.
    Vector some(dimension_);
    some.at(0) = 1;
    Question upsert{
        .path = "/entities/upsert",
        .data = "[" + entity_of(mark_key(owner), owner_of_marks, owner.key(), revision, some) + "]"};
    const auto answer = co_await ask(std::move(upsert));
    static_cast<void>(answer);
}

awaitable<void> Collection::erase(std::vector<std::string> keys) {
    for (std::size_t at = 0; at < keys.size(); at += page) {
        const auto end = std::min(keys.size(), at + page);
        json::array some(keys.begin() + static_cast<std::ptrdiff_t>(at),
                         keys.begin() + static_cast<std::ptrdiff_t>(end));
        Question drop{.path = "/entities/delete",
                      .filter = {.text = "id in {keys}", .values = {{"keys", std::move(some)}}}};
        const auto answer = co_await ask(std::move(drop));
        static_cast<void>(answer);
    }
}

awaitable<void> Collection::erase_mark(Owner owner) {
    std::vector<std::string> mark{mark_key(owner)};
    co_await erase(std::move(mark));
}

awaitable<void> Collection::erase_all(Owner owner) {
    co_await erase_mark(owner);
    Question drop{.path = "/entities/delete",
                  .filter = {.text = "owner == {owner}", .values = {{"owner", owner.key()}}}};
    const auto answer = co_await ask(std::move(drop));
    static_cast<void>(answer);
}

awaitable<std::vector<StoredVersion>> Collection::versions(std::optional<Owner> owner, std::string key) {
    Filter filter{.text = "id > {key}", .values = {{"key", key}}};
    if (owner) {
        filter.text = "owner == {owner} and id > {key}";
        filter.values["owner"] = owner->key();
    }
    Question look{.path = "/entities/query", .body = query_for(page), .filter = std::move(filter)};
    const auto answer = co_await ask(std::move(look));
    co_return versions_in(answer);
}

}  // namespace repartee::stores::milvus
