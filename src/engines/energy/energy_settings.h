// When a sound is loud enough to be somebody speaking. Section [engines.energy].
#pragma once

#include "base/fields.h"

#include <chrono>

namespace repartee::engines::energy {

// Levels are decibels: against full scale (a whisper into a headset is about -45, speech -20 to
// -30), or against the room's own noise.
struct EnergySettings {
    // Quieter is never speech, however still the room.
    double threshold_db = -50;
    // How far above the noise speech begins. Less hears distant speakers and passing cars.
    double onset_db = 9;
    // How far above the noise it still goes on: lower than where it begins, so that it does not
    // flicker within a word.
    double release_db = 5;
    // How long it must be loud: a click is not speech.
    std::chrono::milliseconds onset{30};
    // How long it may be quiet: the closure of a "p" or "t" is not an end.
    std::chrono::milliseconds hold{40};
    // Noise is the quietest moment of this long. Shorter gets used to a new noise sooner, and takes
    // a long "aaah" for one.
    std::chrono::milliseconds memory{3000};
};

void describe(Fields& fields, EnergySettings& settings);

}  // namespace repartee::engines::energy
