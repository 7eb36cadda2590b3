#include "surfaces/voice_ai/voice_ai_surface.h"

#include "accounts/key_material.h"
#include "base/utf8.h"
#include "surfaces/voice_ai/documentation.h"
#include "surfaces/voice_ai/front_door.h"
#include "surfaces/voice_ai/operations.h"
#include "surfaces/voice_ai/session.h"

#include <fmt/format.h>

namespace repartee::surfaces::voice_ai {

namespace {

// The original's framework: one frame or message.
constexpr std::size_t largest_message = 16 << 20;

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

// Which conversation of theirs it is: the one they name, else one of its own.
std::string session_of(const net::Request& request) {
    auto named = request.parameter("session_id");
    bool usable = named && !named->empty() && named->size() <= longest_session_id && is_utf8(*named) &&
                  named->find('\0') == std::string::npos;
    return usable ? std::move(*named)
                  : "stream-" + accounts::sha256_hex(accounts::random_bytes(32)).substr(0, 32);
}

// How a socket is closed that is not let in.
net::CloseCode code_of(ErrorKind why) {
    switch (why) {
        case ErrorKind::Unauthenticated:
        case ErrorKind::Forbidden: return net::CloseCode::PolicyViolated;
        case ErrorKind::Unavailable:
        case ErrorKind::Busy:
        case ErrorKind::TooMany: return net::CloseCode::Overloaded;
        default: return net::CloseCode::InternalError;
    }
}

}  // namespace

VoiceAiSurface::VoiceAiSurface(const Stage& stage, VoiceAiSettings settings)
    : stage_(stage),
      settings_(std::move(settings)),
      desk_(stage_, settings_),
      open_(stage.metrics.gauge("repartee_sessions_open", "Sessions open now", {{"surface", "voice_ai"}})) {
    stage.entrance = {.lets_anonymous_in = desk_.lets_anonymous_in(), .reception = &desk_};
}

void VoiceAiSurface::add_routes(net::Router& router) {
    add_operations(router, desk_);
    add_documentation(router);
    router.websocket(
        fmt::format("{}/ws/stream", prefix),
        [](const net::Request&) -> std::optional<net::Response> { return std::nullopt; },
        [this](net::WebSocket& socket, const net::Request& request) { return serve_socket(socket, request); },
        {.message_limit = largest_message});
}

awaitable<Visitor> VoiceAiSurface::let_in(const net::Request& request) {
    auto credentials = credentials_of(request, TokenInQuery::Counts);
    Visitor visitor{.token = credentials.token};
    visitor.principal = co_await desk_.identify(std::move(credentials));
    if (visitor.principal && !visitor.principal->may("chat")) {
        throw Failure(ErrorKind::Forbidden, "This API key is not for that: it lacks the scope chat.");
    }
    co_return visitor;
}

awaitable<void> VoiceAiSurface::serve_socket(net::WebSocket& socket, const net::Request& request) {
    Visitor visitor;
    std::unique_ptr<Attendant> attendant;
    std::optional<Error> refused;
    try {
        visitor = co_await let_in(request);
        auto session = session_of(request);
        attendant = co_await desk_.attend(visitor.principal, guest_of_socket(), std::move(session));
    } catch (const Failure& failure) {
        refused = failure.error();
    }
    if (refused) {
        co_await socket.close(code_of(refused->kind), refused->message);
        co_return;
    }
    auto executor = co_await asio::this_coro::executor;
    StreamOptions options{.speech = request.parameter("tts") == "1",
                          .timeline = request.parameter("timeline") == "1"};
    Session session(executor, desk_.next_name(), socket, desk_, std::move(visitor), std::move(attendant),
                    options);
    stage_.log.info("session opened", {{"surface", "voice_ai"}});
    Counted counted(open_);
    co_await session.run();
    stage_.log.info("session closed", {{"surface", "voice_ai"}});
}

}  // namespace repartee::surfaces::voice_ai
