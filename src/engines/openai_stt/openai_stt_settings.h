// Where a server is that transcribes in OpenAI's way, and what it is asked for. Section
// [engines.openai_stt].
#pragma once

#include "base/fields.h"
#include "engines/address_book.h"
#include "engines/provider.h"
#include "engines/wishes.h"

#include <chrono>
#include <string>
#include <vector>

namespace repartee::engines::openai_stt {

struct OpenAiSttSettings {
    Secret api_key = {};
    std::string base_url = "https://api.openai.com/v1";
    std::string model = "whisper-1";
    std::vector<std::string> languages = {};  // empty: any
    std::string prompt = {};
    bool stream = true;
    std::string translation_model = {};  // empty: the one that hears
    std::chrono::milliseconds timeout{20'000};
    std::chrono::milliseconds stall_timeout{10'000};
    std::chrono::milliseconds longest_utterance{10 * 60'000};
    AddressSettings addresses = {};  // of each, where base_url names several
};

void describe(Fields& fields, OpenAiSttSettings& settings);

// The settings as somebody wants them.
OpenAiSttSettings wished(OpenAiSttSettings settings, const Wishes& wishes);

Provider provider_of(const OpenAiSttSettings& settings);

}  // namespace repartee::engines::openai_stt
