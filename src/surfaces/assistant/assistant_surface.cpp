#include "surfaces/assistant/assistant_surface.h"

#include "surfaces/assistant/session.h"
#include "surfaces/frugality.h"

#include <fmt/format.h>

namespace repartee::surfaces::assistant {

namespace {

// The original's framework: one frame or message.
constexpr std::size_t largest_message = 16 << 20;

// A chat with its history.
constexpr std::size_t largest_body = 4 << 20;

// Counts a session for as long as it is open, however it ends.
class Counted {
public:
    explicit Counted(Gauge gauge) : gauge_(gauge) { gauge_.add(1); }
    ~Counted() { gauge_.add(-1); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    Gauge gauge_;
};

}  // namespace

AssistantSurface::AssistantSurface(const Stage& stage, AssistantSettings settings)
    : stage_(stage),
      settings_(std::move(settings)),
      open_(stage.metrics.gauge("repartee_sessions_open", "Sessions open now", {{"surface", "assistant"}})) {}

bool AssistantSurface::model_enabled() const {
    for (const auto& trade : stage_.engines.trades()) {
        if (trade.name == "model" && trade.choice != "auto" && trade.choice != "ollama") {
            return true;
        }
    }
    return settings_.llm_enabled;
}

void AssistantSurface::add_routes(net::Router& router) {
    router.websocket(
        "/ws", [](const net::Request&) -> std::optional<net::Response> { return std::nullopt; },
        [this](net::WebSocket& socket, const net::Request& request) {
            return serve_socket(socket, captions_for(request));
        },
        {.message_limit = largest_message});

    for (auto [path, call] :
         {std::pair{"/api/chat", OllamaCall::Chat}, {"/api/generate", OllamaCall::Generate}}) {
        router.exchange("POST", path,
                        [this, call = call](net::Exchange& exchange) { return serve_call(exchange, call); },
                        {.body_limit = largest_body, .any_origin = true});
    }
}

awaitable<void> AssistantSurface::serve_call(net::Exchange& exchange, OllamaCall call) {
    if (!model_enabled()) {
        auto response = net::error_response(exchange.request(), 503, "unavailable", "Ollama is disabled");
        co_await exchange.respond(std::move(response));
        co_return;
    }
    auto place = place_for(stage_, capacity::Work::Chat);
    co_await answer_ollama_request(exchange, call, stage_.engines.model(), stage_.clock);
}

std::optional<RoomWishes> AssistantSurface::captions_for(const net::Request& request) const {
    const auto* room = stage_.room.room;
    bool are_shown = room != nullptr && room->serves_shared_socket() && room->closed_because().empty();
    return are_shown ? std::optional(room_wishes(request)) : std::nullopt;
}

awaitable<void> AssistantSurface::serve_socket(net::WebSocket& socket, std::optional<RoomWishes> captions) {
    auto executor = co_await asio::this_coro::executor;
    Session session(executor, fmt::format("a{}", ++sessions_), socket, stage_, settings_, model_enabled());
    stage_.log.info("session opened", {{"surface", "assistant"}});
    Counted counted(open_);
    co_await session.run(std::move(captions));
    stage_.log.info("session closed", {{"surface", "assistant"}});
}

}  // namespace repartee::surfaces::assistant
