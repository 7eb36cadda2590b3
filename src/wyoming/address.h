// Where a Wyoming service listens, as people write it: tcp://host:port or unix:///path.
#pragma once

#include "wyoming/connection.h"

#include <string>

namespace repartee::wyoming {

// A fresh connection. Throws Failure: Unprocessable for what is no such address, Unavailable when there is no
// such host or nobody listens.
awaitable<Connection> connect_to(std::string uri);

}  // namespace repartee::wyoming
