// The push-to-talk surface: /ws for speech, /api for the chat box.
#pragma once

#include "surfaces/assistant/ollama_api.h"
#include "surfaces/assistant/settings.h"
#include "surfaces/surface.h"

#include <atomic>

namespace repartee::surfaces::assistant {

class AssistantSurface final : public Surface {
public:
    AssistantSurface(const Stage& stage, AssistantSettings settings);

    void add_routes(net::Router& router) override;

private:
    // OLLAMA_ENABLED=false switches answering off under `auto` and `ollama`; a model that is named is
    // always asked.
    bool model_enabled() const;
    // Captions of the room, for clients of /ws who only look; nothing where there are none.
    std::optional<RoomWishes> captions_for(const net::Request& request) const;
    awaitable<void> serve_socket(net::WebSocket& socket, std::optional<RoomWishes> captions);
    awaitable<void> serve_call(net::Exchange& exchange, OllamaCall call);

    Stage stage_;
    AssistantSettings settings_;
    std::atomic<std::uint64_t> sessions_{0};
    Gauge open_;
};

}  // namespace repartee::surfaces::assistant
