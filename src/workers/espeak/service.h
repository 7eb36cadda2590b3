// The espeak worker's side of docs/workers.md: the Wyoming protocol's speech synthesis, whole and
// streaming, with our extension: `spoken_bytes` of each chunk, and speed, pitch and volume of a voice.
#pragma once

#include "workers/wire.h"

namespace repartee::workers::espeak {

// Call after Voice::load.
wyoming::Event info();

void serve(Wire& wire, const wyoming::Event& request);

}  // namespace repartee::workers::espeak
