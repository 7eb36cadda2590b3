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

template <class Kept>
std::unique_ptr<Kept> build(const std::vector<stores::Offer<Kept>>& offers, const Secret& url,
                            const stores::Surroundings& surroundings) {
    return chosen(offers, url).value()->create(surroundings, url.reveal()).value();
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
    return mistakes;
}

Keeping::Keeping(const StoreSettings& settings, const stores::Catalogue& catalogue,
                 const stores::Surroundings& surroundings)
    : database_(build(catalogue.databases, settings.database_url, surroundings)),
      session_shelf_(build(catalogue.session_shelves, settings.redis_url, surroundings)) {}

}  // namespace repartee::app
