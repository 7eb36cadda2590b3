// How to reach Soniox, and what it is told about what it will hear. Section [engines.soniox].
#pragma once

#include "base/fields.h"
#include "engines/provider.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace repartee::engines::soniox {

struct SonioxSettings {
    Secret api_key = {};
    std::string base_url = "wss://stt-rt.soniox.com";
    std::string model = "stt-rt-v5";
    std::vector<std::string> language_hints = {};  // besides the language of the conversation
    std::vector<std::string> terms = {};           // names and words that are hard to hear
    bool key_in_message = false;
    double catch_up = 4.0;  // times as fast as it was spoken; 0: any
    std::chrono::milliseconds patience{5'000};
    std::int64_t spare_connections = 1;
    std::chrono::milliseconds keep_warm{5 * 60'000};
};

void describe(Fields& fields, SonioxSettings& settings);

// The settings as somebody wants them.
SonioxSettings wished(SonioxSettings settings, const Wishes& wishes);

Provider provider_of(const SonioxSettings& settings);

}  // namespace repartee::engines::soniox
