// What a Wyoming service says that it offers.
#pragma once

#include "vocabulary/language.h"
#include "wyoming/event.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::wyoming {

struct OfferedSpeech {
    std::string name = {};                 // of the program; empty: it offers nothing of the kind
    std::vector<Language> languages = {};  // of all that is installed
    bool streams = false;                  // texts, or sound, before everything has been said
};

// The first installed program of `info` for this trade: "asr" with its models, or "tts" with its voices.
OfferedSpeech offered_in(const repartee::wyoming::Event& info, std::string_view trade);

}  // namespace repartee::engines::wyoming
