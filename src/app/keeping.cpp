#include "app/keeping.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::app {

namespace {

// "postgresql" of "PostgreSQL://somewhere"; empty where there is none.
std::string scheme_of(const std::string& url) {
    const auto end = url.find("://");
    std::string scheme = url.substr(0, end == std::string::npos ? 0 : end);
    for (char& letter : scheme) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return scheme;
}

template <class Kept>
std::string schemes_in(const std::vector<stores::Offer<Kept>>& offers) {
    std::string list;
    for (const auto& offer : offers) {
        for (const auto& scheme : offer.schemes) {
            list += (list.empty() ? "" : ", ") + scheme + "://";
        }
    }
    return list;
}

// Without an address: the one whose own settings say where it is, else the first of the list, which needs
// none.
template <class Kept>
Result<const stores::Offer<Kept>*> chosen(const std::vector<stores::Offer<Kept>>& offers, const Secret& url) {
    if (url.empty()) {
        const auto named = std::ranges::find_if(
            offers, [](const auto& offer) { return offer.is_named && offer.is_named(); });
        return named == offers.end() ? &offers.front() : &*named;
    }
    const auto scheme = scheme_of(url.reveal());
    for (const auto& offer : offers) {
        if (std::ranges::find(offer.schemes, scheme) != offer.schemes.end()) {
            return &offer;
        }
    }
    return Error{
        ErrorKind::Unprocessable, fmt::format("it must begin with one of {}", schemes_in(offers)), {}};
}

std::string lower(std::string text) {
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return text;
}

// What the settings say when the database itself shall search.
constexpr std::string_view the_database_itself = "database";

// The vector store that the settings name, null for none. An address alone means the first, as the programs
// that we replace had it.
Result<const stores::VectorStoreOffer*> chosen_vector_store(
    const std::vector<stores::VectorStoreOffer>& offers, const StoreSettings& settings) {
    const auto type = lower(settings.vector_db_type);
    if (type == the_database_itself || (type.empty() && settings.vector_db_url.empty())) {
        return nullptr;
    }
    std::string known(the_database_itself);
    for (const auto& offer : offers) {
        if (type.empty() || type == offer.kind) {
            return &offer;
        }
        known += ", " + offer.kind;
    }
    return Error{
        ErrorKind::Unprocessable, fmt::format("'{}' is none of {}", settings.vector_db_type, known), {}};
}

template <class Kept>
std::unique_ptr<Kept> build(const std::vector<stores::Offer<Kept>>& offers, const Secret& url,
                            const stores::Surroundings& surroundings) {
    return chosen(offers, url).value()->create(surroundings, url.reveal()).value();
}

std::unique_ptr<stores::VectorStore> build_vector_store(const StoreSettings& settings,
                                                        const stores::Catalogue& catalogue,
                                                        const stores::Surroundings& surroundings,
                                                        stores::Database& database) {
    const auto* offer = chosen_vector_store(catalogue.vector_stores, settings).value();
    return offer == nullptr ? nullptr
                            : offer->create(surroundings, settings.vector_db_url.reveal(), database).value();
}

}  // namespace

void describe(Fields& fields, StoreSettings& settings) {
    fields.field(
        "database_url", settings.database_url,
        {.help = "The database: postgresql://user:password@host/name, sqlite:///path/to/file; empty: "
                 "PostgreSQL where [stores.postgres] names a server, else SQLite in the data directory.",
         .environment = "DATABASE_URL"});
    fields.field("redis_url", settings.redis_url,
                 {.help = "Redis or Valkey for the last messages of sessions: redis://host:6379/0; empty: in "
                          "this process.",
                  .environment = "REDIS_URL"});
    fields.field("vector_db_type", settings.vector_db_type,
                 {.help = "Who finds memories by meaning: database, or milvus; empty: milvus where "
                          "vector_db_url names one, else the database. The database keeps them in any case.",
                  .environment = "VECTOR_DB_TYPE"});
    fields.field("vector_db_url", settings.vector_db_url,
                 {.help = "Where that is: http://user:password@host:19530/database; empty: on this machine.",
                  .environment = "VECTOR_DB_URL"});
}

config::Mistakes check_stores(const StoreSettings& settings, const stores::Catalogue& catalogue) {
    config::Mistakes mistakes;
    const auto check = [&](const auto& offers, const Secret& url, const char* subject) {
        if (const auto offer = chosen(offers, url); !offer) {
            mistakes.push_back({.source = "settings", .subject = subject, .message = offer.error().message});
        }
    };
    check(catalogue.databases, settings.database_url, "stores.database_url (DATABASE_URL)");
    check(catalogue.session_shelves, settings.redis_url, "stores.redis_url (REDIS_URL)");
    const auto complain = [&](const char* subject, const Error& error) {
        mistakes.push_back({.source = "settings", .subject = subject, .message = error.message});
    };
    const auto vector_store = chosen_vector_store(catalogue.vector_stores, settings);
    if (!vector_store) {
        complain("stores.vector_db_type (VECTOR_DB_TYPE)", vector_store.error());
    } else if (*vector_store != nullptr) {
        if (const auto checked = (*vector_store)->check(settings.vector_db_url.reveal()); !checked) {
            complain("stores.vector_db_url (VECTOR_DB_URL)", checked.error());
        }
    }
    return mistakes;
}

Keeping::Keeping(const StoreSettings& settings, const stores::Catalogue& catalogue,
                 const stores::Surroundings& surroundings)
    : database_(build(catalogue.databases, settings.database_url, surroundings)),
      session_shelf_(build(catalogue.session_shelves, settings.redis_url, surroundings)),
      vector_store_(build_vector_store(settings, catalogue, surroundings, *database_)) {}

}  // namespace repartee::app
