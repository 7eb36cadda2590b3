// What tells people and programs how to use this surface: GET /api/v1/openapi.json, and GET /docs, which
// shows it.
#pragma once

#include "net/router.h"

namespace repartee::surfaces::voice_ai {

// Both are made here, once, and kept; nothing of them depends on the settings.
void add_documentation(net::Router& router);

}  // namespace repartee::surfaces::voice_ai
