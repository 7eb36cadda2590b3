// From the name of a host to its addresses.
#pragma once

#include "base/async.h"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repartee {

// At least one; what is an address already needs no asking, and "localhost" is this machine whatever a name
// server says. A look-up cannot be interrupted, only left alone: whoever is cancelled waits no longer. Throws
// Failure{Unavailable} where no address is known.
awaitable<std::vector<asio::ip::tcp::endpoint>> look_up(std::string host, std::uint16_t port);

}  // namespace repartee
