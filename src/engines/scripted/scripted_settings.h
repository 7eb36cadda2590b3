// What the scripted engines say, and when. One section, [engines.scripted], for all three trades.
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::engines::scripted {

// Without settings nothing waits: tests and examples run as fast as they can, and whoever measures
// says how slow the engines are to be.
struct ScriptedSettings {
    std::string heard = "What time is it?";    // every utterance, unless no audio came at all
    std::string translation = {};              // the same in English; empty: it does not translate
    double confidence = 0;                     // of that, 0 to 1; 0: it does not say
    std::int64_t partials = 3;                 // how often the recogniser tells what it has so far
    std::chrono::milliseconds final_delay{0};  // end of the audio -> final text
    std::string reply = "You said: {text}";    // {text}: the user's last words
    std::int64_t reply_words = 0;              // above 0: so many counted words instead of `reply`
    std::chrono::milliseconds first_token{0};  // prompt -> first word
    std::chrono::milliseconds token{0};        // between two words
    std::chrono::milliseconds first_audio{0};  // first sentence -> first sound
    double speed = 0;                          // of the synthesiser, times real time; 0: no waiting
};

void describe(Fields& fields, ScriptedSettings& settings);

}  // namespace repartee::engines::scripted
