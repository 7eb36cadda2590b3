// Cartesia's ink-whisper, over the network: a WebSocket for each utterance, finals when we ask for them.
#pragma once

#include "engines/cartesia/cartesia_settings.h"
#include "engines/socket_recogniser.h"

namespace repartee::engines::cartesia {

SocketRecogniserOptions recogniser_options(const CartesiaSettings& settings);

}  // namespace repartee::engines::cartesia
