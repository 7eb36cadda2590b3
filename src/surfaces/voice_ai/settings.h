// What can be set about the accounts API: the table [surfaces.voice_ai].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::surfaces::voice_ai {

struct VoiceAiSettings {
    // Who may talk without an account: "loopback" (everybody, as long as only this machine can reach us),
    // "always", "never".
    std::string anonymous = "loopback";
    // As [engines] model; empty: OpenAI or Gemini where there is a key, else everybody's.
    std::string model;
    // Whether users may have the models of their own accounts at providers answer them.
    bool own_keys = true;
    std::string language = "en";
    // One utterance. 25 MB are 13 minutes of 16 kHz sound.
    std::int64_t max_audio_bytes = 25'000'000;
    // Of all who have no account together, as long as it waits to be understood.
    std::int64_t max_anonymous_audio_bytes = 100'000'000;
    // To the end of an answer that is waited for, all rounds with skills included.
    std::chrono::milliseconds answer_limit{120'000};
};

void describe(Fields& fields, VoiceAiSettings& settings);

}  // namespace repartee::surfaces::voice_ai
