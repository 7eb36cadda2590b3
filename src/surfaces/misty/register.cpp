#include "surfaces/misty/misty_surface.h"

namespace repartee::surfaces::misty {

void describe(Fields& fields, MistySettings& settings) {
    fields.field("max_audio_bytes", settings.max_audio_bytes,
                 {.help = "Bytes of one recording; more is answered 413.", .least = 1000, .most = 1e9});
    fields.field("language", settings.language, {.help = "The language that is spoken, as a BCP 47 tag."});
    fields.field("local_only", settings.local_only,
                 {.help = "Refuses to work with engines on somebody else's computers."});
    fields.section("jobs", "The queue behind the uploads.",
                   [&](Fields& inner) { jobs::describe(inner, settings.jobs); });
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<MistySettings>();
    offers.push_back({.name = "misty",
                      .help = "The robot's page: upload a recording, poll for the answer, move the robot.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); },
                      .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
                          return std::make_unique<MistySurface>(stage, *settings);
                      }});
}

}  // namespace repartee::surfaces::misty
