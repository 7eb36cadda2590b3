// Which era a server speaks, from what it answers to a first request of the modern one. Pure.
#pragma once

#include "mcp/client/carrier.h"
#include "mcp/protocol.h"

namespace repartee::mcp::client {

// `probed` is what came of `server/discover`. Over HTTP the status tells; a program's answers have none.
// Error (Unsupported): it speaks neither era.
Result<Era> era_by_probe(const Answer& probed, Transport transport);

// The version that a handshake ended with, or why there is none to speak.
Result<std::string> version_agreed(const Answer& initialized);

}  // namespace repartee::mcp::client
