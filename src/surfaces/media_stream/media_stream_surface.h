// Calls over /api/media-stream: full duplex, with barge-in.
#pragma once

#include "surfaces/media_stream/media_stream_settings.h"
#include "surfaces/surface.h"

#include <atomic>

namespace repartee::surfaces::media_stream {

class MediaStreamSurface final : public Surface {
public:
    // All referred to outlives the surface.
    MediaStreamSurface(const Stage& stage, MediaStreamSettings settings);

    void add_routes(net::Router& router) override;
    std::uint16_t port_of_its_own() const override;

private:
    awaitable<void> serve_call(net::WebSocket& socket, const net::Request& request);

    const Stage& stage_;
    const MediaStreamSettings settings_;
    Gauge open_;
    std::atomic<std::uint64_t> calls_{0};
};

}  // namespace repartee::surfaces::media_stream
