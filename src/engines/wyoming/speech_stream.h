// A reply spoken by another process that talks Wyoming: one of our workers, or a service on the network.
#pragma once

#include "engines/synthesiser.h"
#include "wyoming/errand.h"

#include <memory>

namespace repartee::engines::wyoming {

// The errand is fresh; the first event is sent here.
std::unique_ptr<SpeechStream> speak_through(std::unique_ptr<repartee::wyoming::Errand> errand,
                                            const Voice& voice);

}  // namespace repartee::engines::wyoming
