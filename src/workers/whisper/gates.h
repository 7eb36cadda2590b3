// Whisper hears something in everything: music, breath, silence, the hum of a fan. What it says then is not
// what anybody said, and these gates keep it from becoming a turn. Pure; thresholds of Whisper's own authors
// where they gave them.
#pragma once

#include "vocabulary/language.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::workers::whisper {

// How much of an utterance a detector took for a voice.
struct VoiceHeard {
    std::chrono::milliseconds voiced{0};
    std::chrono::milliseconds length{0};
    std::chrono::milliseconds last{0};  // where the latest of it ends
    float share() const {
        return length.count() == 0 ? 0
                                   : static_cast<float>(voiced.count()) / static_cast<float>(length.count());
    }
};

// What is known about a decoding.
struct Evidence {
    std::string text;
    Language language = {};
    float no_speech = 0;                   // probability that nobody spoke, as the model has it
    float mean_log_prob = 0;               // of the tokens: 0 is certain, below -1 is guessing
    std::optional<VoiceHeard> voice = {};  // nothing: there is no detector
};

enum class Doubt {
    NobodySpoke,  // the model itself thinks so, and is unsure of its words
    NoVoice,      // the detector heard none
    Guesswork,    // the words are improbable one by one
    Repetition,   // the same few words over and over
    Phantom,      // what the model makes of silence: "Thanks for watching!"
};

std::string_view name_of(Doubt doubt);

// Why this was not said, or nothing when it was.
std::optional<Doubt> doubt_in(const Evidence& evidence);

// How much shorter the text becomes by naming what it repeats: 1 for none, 2 and more for a record that
// hangs.
float repetition(std::string_view text);

// Whether the text is one of those that the model makes of silence, in that language.
bool is_phantom(std::string_view text, const Language& language);

}  // namespace repartee::workers::whisper
