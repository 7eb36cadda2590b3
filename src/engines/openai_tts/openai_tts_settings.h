// Where a server is that speaks in OpenAI's way, and how. Section [engines.openai_tts].
#pragma once

#include "base/fields.h"
#include "engines/address_book.h"
#include "engines/provider.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace repartee::engines::openai_tts {

struct OpenAiTtsSettings {
    Secret api_key = {};
    std::string base_url = "https://api.openai.com/v1";
    std::string model = "tts-1";
    std::string voice = "alloy";
    std::vector<std::string> languages = {};  // empty: any
    std::string instructions = {};
    std::string format = "wav";      // or "pcm"
    std::int64_t pcm_rate = 24'000;  // Hz, of sound without a header
    double speed = 1.0;
    std::chrono::milliseconds timeout{10'000};
    std::chrono::milliseconds stall_timeout{5'000};
    AddressSettings addresses = {};  // of each, where base_url names several
};

void describe(Fields& fields, OpenAiTtsSettings& settings);

// The settings as somebody wants them.
OpenAiTtsSettings wished(OpenAiTtsSettings settings, const Wishes& wishes);

Provider provider_of(const OpenAiTtsSettings& settings);

}  // namespace repartee::engines::openai_tts
