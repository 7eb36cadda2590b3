// Where a server that speaks OpenAI's language is, and what it is asked for. Sections [engines.openai]
// and [engines.lmstudio].
#pragma once

#include "base/fields.h"
#include "engines/address_book.h"
#include "engines/wishes.h"

#include <chrono>
#include <string>
#include <string_view>

namespace repartee::engines::openai {

// What people call the settings, where a message tells them to change one.
struct SettingNames {
    std::string_view base_url = "OPENAI_BASE_URL";
    std::string_view api_key = "OPENAI_API_KEY";
    std::string_view model = "OPENAI_MODEL";
};

struct OpenAiSettings {
    std::string base_url = "https://api.openai.com/v1";
    Secret api_key = {};
    std::string model = {};                           // empty: see model_of
    std::chrono::milliseconds timeout{60'000};        // to the first word
    std::chrono::milliseconds stall_timeout{15'000};  // between any two signs of life
    std::string thinking = "off";                     // "model": its choice; "off", "low", "medium", "high"
    std::string thinking_switch = "auto";             // how the server wants to be told; see ThinkingSwitch
    SettingNames names = {};
    std::string peer = {};  // what people call the server; empty: by its address
    // Otherwise each question has a connection of its own, and is never sent twice.
    bool keeps_connections = true;
    AddressSettings addresses = {};  // of each, where base_url names several
};

// LM Studio's own address, and no key.
OpenAiSettings lmstudio_settings();

void describe(Fields& fields, OpenAiSettings& settings);
// The key and the address have no variables: what is meant for a provider does not go to LM Studio.
void describe_lmstudio(Fields& fields, OpenAiSettings& settings);

// The settings as somebody wants them.
OpenAiSettings wished(OpenAiSettings settings, const Wishes& wishes);

}  // namespace repartee::engines::openai
