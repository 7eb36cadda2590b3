// A reply spoken by one of our workers, which say how far they have come. (A service without
// `spoken_bytes` would seem to owe sound for ever.)
#pragma once

#include "engines/synthesiser.h"
#include "wyoming/errand.h"

#include <memory>

namespace repartee::engines::wyoming {

// The errand is fresh; the first event is sent here.
std::unique_ptr<SpeechStream> speak_through(std::unique_ptr<repartee::wyoming::Errand> errand,
                                            const Voice& voice);

}  // namespace repartee::engines::wyoming
