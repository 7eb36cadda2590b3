#include "surfaces/media_stream/media_stream_surface.h"

namespace repartee::surfaces::media_stream {

void describe(Fields& fields, MediaStreamSettings& settings) {
    fields.field("port", settings.port,
                 {.help = "A port that carries calls alone, besides the server's own; 0: none.",
                  .environment = "MEDIA_STREAM_PORT",
                  .least = 0,
                  .most = 65535});
    fields.field("longest_call", settings.longest_call,
                 {.help = "How long a call may last.", .least = 1000, .most = 86'400'000});
    fields.field("greeting", settings.greeting,
                 {.help = "What the agent says first; empty: it waits for the caller."});
    fields.field(
        "lead", settings.lead,
        {.help = "How far sound that has left may be ahead of the caller's ear.", .least = 60, .most = 2000});
    fields.field("end_silence", settings.end_silence,
                 {.help = "How long the caller may pause within an utterance.", .least = 200, .most = 5000});
    fields.field("sustained", settings.sustained,
                 {.help = "Voice that goes on for so long interrupts a reply, whatever the words.",
                  .least = 60,
                  .most = 5000});
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
