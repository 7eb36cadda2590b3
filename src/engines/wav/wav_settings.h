// What recordings are taken. Section [engines.wav]; it governs WAV files and headerless PCM alike.
#pragma once

#include "base/fields.h"

#include <chrono>

namespace repartee::engines::wav {

struct WavSettings {
    // Of sound, however few bytes it came in: a recogniser may take as long as the recording lasts.
    std::chrono::milliseconds longest_recording{15 * 60 * 1000};
};

void describe(Fields& fields, WavSettings& settings);

}  // namespace repartee::engines::wav
