// Soniox's real-time recogniser, over the network: partials while somebody speaks.
#pragma once

#include "engines/socket_recogniser.h"
#include "engines/soniox/soniox_settings.h"

namespace repartee::engines::soniox {

SocketRecogniserOptions recogniser_options(const SonioxSettings& settings);

}  // namespace repartee::engines::soniox
