// When the network takes a sound for a voice. Section [engines.silero].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::engines::silero {

struct SileroSettings {
    std::string model;  // a file, or its name in the folder of models; empty: the one that lies there
    // The probability from which on sound is speech, where whoever listens has no wish of their own; calls
    // do. Half is what its authors train it for.
    double threshold = 0.5;
    // Nobody is asked about sound that is quieter than this above the room's noise: more eager than the
    // detector of loudness is by itself, for here another one has the last word.
    double onset_db = 6;
    // For an answer, before loudness decides alone.
    std::chrono::milliseconds patience{120};
    // Voices that are listened to at once; more are judged by their loudness.
    std::int64_t voices = 64;
};

void describe(Fields& fields, SileroSettings& settings);

}  // namespace repartee::engines::silero
