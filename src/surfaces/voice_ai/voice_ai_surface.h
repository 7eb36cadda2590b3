// The accounts API: /api/v1, its stream, and its description.
#pragma once

#include "surfaces/surface.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/settings.h"

namespace repartee::surfaces::voice_ai {

struct Visitor;

class VoiceAiSurface final : public Surface {
public:
    VoiceAiSurface(const Stage& stage, VoiceAiSettings settings);

    void add_routes(net::Router& router) override;

private:
    awaitable<void> serve_socket(net::WebSocket& socket, const net::Request& request);
    awaitable<Visitor> let_in(const net::Request& request);

    Stage stage_;
    VoiceAiSettings settings_;
    Desk desk_;
    Gauge open_;
};

}  // namespace repartee::surfaces::voice_ai
