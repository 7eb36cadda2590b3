// What is said in the room, live: /captions, and the running transcript as a file.
#pragma once

#include "surfaces/captions/listening_room.h"
#include "surfaces/captions/settings.h"
#include "surfaces/surface.h"

namespace repartee::surfaces::captions {

class CaptionsSurface final : public Surface {
public:
    CaptionsSurface(const Stage& stage, const CaptionsSettings& settings);
    ~CaptionsSurface() override;

    void add_routes(net::Router& router) override;
    awaitable<void> drain(Duration grace) override;
    awaitable<void> succeeded() override;

private:
    awaitable<void> show(net::WebSocket& socket, const net::Request& request);
    awaitable<net::Response> export_transcript(const net::Request& request);

    const Stage& stage_;
    std::shared_ptr<ListeningRoom> room_;
};

}  // namespace repartee::surfaces::captions
