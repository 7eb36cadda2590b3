#include "surfaces/media_stream/media_stream_surface.h"

namespace repartee::surfaces::media_stream {

void describe(Fields& fields, MediaStreamSettings& settings) {
    fields.field("port", settings.port,
                 {.help = "A port that carries calls alone, besides the server's own; 0: none; -1: what "
                          "config.json says, else 5050.",
                  .environment = "MEDIA_STREAM_PORT",
                  .least = -1,
                  .most = 65535});
    fields.field("history_messages", settings.history_messages,
                 {.help = "How many messages of a call the model is reminded of.", .least = 0, .most = 1000});
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<MediaStreamSettings>();
    offers.push_back({.name = "media_stream",
                      .help = "Full-duplex calls over /api/media-stream.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); },
                      .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
                          return std::make_unique<MediaStreamSurface>(stage, *settings);
                      }});
}

}  // namespace repartee::surfaces::media_stream
