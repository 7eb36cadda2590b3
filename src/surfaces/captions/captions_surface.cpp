#include "surfaces/captions/captions_surface.h"

#include "base/together.h"
#include "surfaces/captions/messages.h"

#include <array>

namespace repartee::surfaces::captions {

namespace {

// Nobody has to send anything; a later page of the original sends its own sound, a quarter of a second each.
constexpr std::size_t largest_message = 16 << 20;

struct Format {
    std::string_view name;
    hearing::TranscriptFormat format;
    const char* type;
};
constexpr std::array<Format, 4> formats{{
    {"json", hearing::TranscriptFormat::Json, "application/json"},
    {"srt", hearing::TranscriptFormat::Srt, "application/x-subrip; charset=utf-8"},
    {"vtt", hearing::TranscriptFormat::Vtt, "text/vtt; charset=utf-8"},
    {"text", hearing::TranscriptFormat::Text, "text/plain; charset=utf-8"},
}};

// Whatever they send, they are welcome.
awaitable<void> overhear(net::WebSocket& socket) {
    for (;;) {
        auto message = co_await socket.receive();
        if (!message) {
            co_return;
        }
    }
}

awaitable<void> send_all(net::WebSocket& socket, RoomViewer& viewer) {
    for (;;) {
        auto message = co_await viewer.next();
        if (!message) {
            co_return;
        }
        bool is_sent = co_await socket.send_text(std::move(*message));
        if (!is_sent) {
            co_return;
        }
    }
}

}  // namespace

CaptionsSurface::CaptionsSurface(const Stage& stage, const CaptionsSettings& settings)
    : stage_(stage),
      room_(std::make_shared<ListeningRoom>(
          RoomSurroundings{stage.ears, stage.microphone, stage.clock, stage.log, stage.metrics,
                           stage.executor, stage.on_loopback},
          settings)) {
    stage.room.room = room_.get();
}

CaptionsSurface::~CaptionsSurface() {
    stage_.room.room = nullptr;
}

void CaptionsSurface::add_routes(net::Router& router) {
    router.websocket(
        "/captions", [](const net::Request&) -> std::optional<net::Response> { return std::nullopt; },
        [this](net::WebSocket& socket, const net::Request& request) { return show(socket, request); },
        {.message_limit = largest_message});
    router.get("/captions/transcript",
               [this](const net::Request& request) { return export_transcript(request); });
}

awaitable<void> CaptionsSurface::drain(Duration) {
    co_await room_->close();
}

// The microphone is the successor's, and so are those who watch.
awaitable<void> CaptionsSurface::succeeded() {
    co_await room_->close();
}

awaitable<void> CaptionsSurface::show(net::WebSocket& socket, const net::Request& request) {
    if (auto reason = room_->closed_because(); !reason.empty()) {
        // Told where browsers can see it, which is not the answer to a handshake.
        co_await socket.send_text(error(reason));
        co_await overhear(socket);
        co_return;
    }
    auto wishes = room_wishes(request);
    wishes.errors = true;
    auto executor = co_await asio::this_coro::executor;
    auto viewer = room_->join(executor, std::move(wishes));
    auto watch = socket.when_draining([&viewer] { viewer->leave(); });
    auto moving = socket.when_succeeded([&socket, &clock = stage_.clock] {
        socket.close_at(clock.now(), net::CloseCode::Restarting, "restarting");
    });
    co_await first_of(overhear(socket), send_all(socket, *viewer));
}

awaitable<net::Response> CaptionsSurface::export_transcript(const net::Request& request) {
    if (auto reason = room_->closed_because(); !reason.empty()) {
        co_return net::error_response(request, 403, "forbidden", reason);
    }
    auto wanted = request.parameter("format").value_or("json");
    const auto* format = std::ranges::find(formats, wanted, &Format::name);
    if (format == formats.end()) {
        co_return net::error_response(request, 422, "unprocessable",
                                      "format: json, srt, vtt or text is wanted");
    }
    auto lines = room_->lines(primary_subtag(request.parameter("translate").value_or("")));
    net::Response response;
    response.headers.set("Content-Type", format->type);
    response.headers.set("Cache-Control", "no-store");
    response.body = written(lines, format->format);
    co_return response;
}

}  // namespace repartee::surfaces::captions
