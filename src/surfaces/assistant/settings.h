// What can be set about the push-to-talk surface: the table [surfaces.assistant].
#pragma once

#include "base/fields.h"

#include <cstdint>

namespace repartee::surfaces::assistant {

struct AssistantSettings {
    // One utterance. 25 MB are 13 minutes of 16 kHz sound.
    std::int64_t max_audio_bytes = 25'000'000;
    // Whether anybody answers at all. Off means transcripts only.
    bool llm_enabled = true;
    std::string language = "en";
    std::int64_t history_messages = 40;
};

void describe(Fields& fields, AssistantSettings& settings);

}  // namespace repartee::surfaces::assistant
