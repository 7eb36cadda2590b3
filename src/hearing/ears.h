// The engines that hearing needs, lent by whoever assembled them. They outlive everyone who hears.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "engines/decoder.h"
#include "engines/detector.h"
#include "engines/recogniser.h"
#include "engines/speaker_embedder.h"

#include <functional>
#include <span>

namespace repartee::hearing {

struct Ears {
    engines::Recogniser& recogniser;
    engines::Detector& detector;
    // Who can open a recording that begins with these bytes.
    std::function<Result<engines::Decoder*>(std::span<const std::byte>)> decoder_for;
    Clock& clock;
    // Tells speakers apart; null: nobody can.
    engines::SpeakerEmbedder* speaker_embedder = nullptr;
};

}  // namespace repartee::hearing
