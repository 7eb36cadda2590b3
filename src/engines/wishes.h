// What somebody wants of an engine other than its settings say: an agent that has a model, an account or a
// manner of its own. What is empty is as the settings say; engines pass over what means nothing to them.
#pragma once

#include "base/secret.h"
#include "vocabulary/language.h"

#include <string>
#include <vector>

namespace repartee::engines {

struct Wishes {
    std::string model = {};  // or voice set, within the engine
    std::string base_url = {};
    Secret api_key = {};
    std::string api_version = {};               // of the provider's interface
    std::string thinking = {};                  // of models: "off", "low", "medium", "high"
    std::vector<Language> language_hints = {};  // for recognisers that tell languages apart themselves

    bool operator==(const Wishes&) const = default;
};

// Whether it can be a key at a provider's: no empty one, and none that stands in an example to be replaced,
// such as "sk-..." or "<your key>".
bool is_a_key(const Secret& key);

// Puts a wish, where there is one, in place of a setting.
template <class Value>
void grant(const Value& wish, Value& setting) {
    if (!wish.empty()) {
        setting = wish;
    }
}

// The same for where a provider is and the key to it. The settings' key is nobody else's: it does not go to
// another address.
template <class Settings>
void grant_address(const Wishes& wishes, Settings& settings) {
    if (!wishes.base_url.empty() && wishes.base_url != settings.base_url) {
        settings.base_url = wishes.base_url;
        settings.api_key = {};
    }
    grant(wishes.api_key, settings.api_key);
}

}  // namespace repartee::engines
