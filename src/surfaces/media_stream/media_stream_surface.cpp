#include "surfaces/media_stream/media_stream_surface.h"

#include "surfaces/frugality.h"
#include "surfaces/media_stream/call.h"

#include <fmt/format.h>

namespace repartee::surfaces::media_stream {

namespace {

// Of sound in one message: half a minute. Clients send milliseconds.
constexpr std::size_t largest_message = 1 << 20;

// The agent that a request names, or the one who answers who names nobody; nothing when it is unknown.
const agents::Definition* agent_of(const net::Request& request, const agents::AgentBook& book) {
    auto wanted = request.parameter("agent_id");
    return !wanted || wanted->empty() ? &book.default_agent() : book.find(*wanted);
}

// Counts a call for as long as it is open, however it ends.
class Counted {
public:
    explicit Counted(Gauge gauge) : gauge_(gauge) { gauge_.add(1); }
    ~Counted() { gauge_.add(-1); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    Gauge gauge_;
};

awaitable<net::Response> describe_ourselves(const net::Request&) {
    co_return net::json_response(
        200,
        R"({"message":"Toy Backend API","version":"1.0.0","endpoints":{"websocket":"/api/media-stream?agent_id=..."}})");
}

}  // namespace

MediaStreamSurface::MediaStreamSurface(const Stage& stage, MediaStreamSettings settings)
    : stage_(stage),
      settings_(std::move(settings)),
      open_(stage.metrics.gauge("repartee_sessions_open", "Sessions open now",
                                {{"surface", "media_stream"}})) {}

void MediaStreamSurface::add_routes(net::Router& router) {
    router.get("/", describe_ourselves, {.any_origin = true});
    router.websocket(
        "/api/media-stream",
        [this](const net::Request& request) -> std::optional<net::Response> {
            if (agent_of(request, *stage_.agents.book()) == nullptr) {
                return net::error_response(request, 403, "forbidden", "There is no such agent.");
            }
            return refusal_without_place(stage_, request, capacity::Work::Call);
        },
        [this](net::WebSocket& socket, const net::Request& request) { return serve_call(socket, request); },
        {.message_limit = largest_message});
}

std::uint16_t MediaStreamSurface::port_of_its_own() const {
    if (settings_.port == MediaStreamSettings::whatever_config_json_says) {
        return stage_.agents.book()->port().value_or(MediaStreamSettings::original_port);
    }
    return static_cast<std::uint16_t>(settings_.port);
}

awaitable<void> MediaStreamSurface::serve_call(net::WebSocket& socket, const net::Request& request) {
    auto place = stage_.capacity.take_up(capacity::Work::Call, request.id);
    auto book = stage_.agents.book();
    const auto* agent = agent_of(request, *book);
    if (agent == nullptr) {
        // The files were read again between the handshake and now.
        co_await socket.close(net::CloseCode::PolicyViolated, "There is no such agent.");
        co_return;
    }
    auto executor = co_await asio::this_coro::executor;
    CallOptions options{.timeline = request.parameter("timeline") == "1",
                        .partials = request.parameter("partials") == "1",
                        .history_messages = static_cast<std::size_t>(settings_.history_messages)};
    Call call(executor, fmt::format("m{}", ++calls_), socket, stage_, *agent, options);
    stage_.log.info("session opened", {{"surface", "media_stream"}, {"agent", agent->agent.id}});
    Counted counted(open_);
    co_await call.run();
    stage_.log.info("session closed", {{"surface", "media_stream"}});
}

}  // namespace repartee::surfaces::media_stream
