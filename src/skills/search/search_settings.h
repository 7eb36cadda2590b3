// Who searches the web. Section [skills.search].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::skills::search {

struct SearchSettings {
    std::string provider;  // "searxng", "template"; empty: none
    std::string url;       // searxng: its address; template: with {query} in it
    Secret key;
    std::string key_header;  // template: the header that carries the key; empty: {key} in the url
    // template: where things are in the JSON that comes back
    std::string results = "results";
    std::string title = "title";
    std::string link = "url";
    std::string snippet = "content";
    std::chrono::milliseconds patience{6000};
};

void describe(Fields& fields, SearchSettings& settings);

}  // namespace repartee::skills::search
