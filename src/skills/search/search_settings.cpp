#include "skills/search/search_settings.h"

#include <array>

namespace repartee::skills::search {

namespace {

constexpr std::array<std::string_view, 3> search_providers{"", "searxng", "template"};

}  // namespace

void describe(Fields& fields, SearchSettings& settings) {
    fields.field(
        "provider", settings.provider,
        {.help = "Who searches the web: `searxng` (one of your own, with its JSON format switched on), or "
                 "`template`, any service that answers in JSON; empty: nobody.",
         .choices = search_providers});
    fields.field(
        "url", settings.url,
        {.help = "searxng: its address, such as `http://localhost:8888`. template: what is asked, with "
                 "{query} where the words go, and {key} where a key does."});
    fields.field("key", settings.key, {.help = "The service's key, where it needs one."});
    fields.field(
        "key_header", settings.key_header,
        {.help = "template: name of the header that carries the key, such as `X-Subscription-Token`."});
    fields.field("results", settings.results,
                 {.help = "template: where the list of results is in the JSON, such as `web.results`."});
    fields.field("title", settings.title, {.help = "template: where its title is in each result."});
    fields.field("link", settings.link, {.help = "template: where its address is."});
    fields.field("snippet", settings.snippet, {.help = "template: where its words are."});
    fields.field("patience", settings.patience,
                 {.help = "How long the service may take.", .least = 100, .most = 20'000});
}

}  // namespace repartee::skills::search
