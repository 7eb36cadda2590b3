// Lets requests in: who asks, whether they may, and whether what they bring makes sense. Behind it a handler
// has to do with nothing but its own business.
#pragma once

#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/operations.h"

namespace repartee::surfaces::voice_ai {

// A route for each operation of the table. The desk outlives the router.
void add_operations(net::Router& router, Desk& desk);

}  // namespace repartee::surfaces::voice_ai
