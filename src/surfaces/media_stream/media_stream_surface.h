// Calls over /api/media-stream: full duplex, with barge-in.
#pragma once

#include "surfaces/media_stream/media_stream_settings.h"
#include "surfaces/media_stream/switchboard.h"
#include "surfaces/surface.h"

#include <atomic>
#include <optional>
#include <string>

namespace repartee::surfaces::media_stream {

class MediaStreamSurface final : public Surface {
public:
    // All referred to outlives the surface.
    MediaStreamSurface(const Stage& stage, MediaStreamSettings settings);

    void add_routes(net::Router& router) override;
    std::uint16_t port_of_its_own() const override;

private:
    struct Arrival;

    awaitable<std::optional<net::Response>> refusal_of(const net::Request& request);
    awaitable<void> serve_call(net::WebSocket& socket, const net::Request& request);
    // Throws Failure where nobody can be connected.
    awaitable<void> receive(const net::Request& request, const std::string& name, Arrival& arrival);
    awaitable<void> go_on(FoundCall found, const ResumeWish& wish, const std::string& name, Arrival& arrival);
    awaitable<void> begin_anew(const net::Request& request, const ResumeWish& wish, const std::string& name,
                               Arrival& arrival);
    awaitable<void> make_personal(std::string session, Arrival& arrival);

    const Stage& stage_;
    const MediaStreamSettings settings_;
    Switchboard switchboard_;
    Gauge open_;
    std::atomic<std::uint64_t> calls_{0};
};

}  // namespace repartee::surfaces::media_stream
