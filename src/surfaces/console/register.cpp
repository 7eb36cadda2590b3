#include "surfaces/console/console_surface.h"

namespace repartee::surfaces::console {

void describe(Fields& fields, ConsoleSettings& settings) {
    fields.field("page", settings.page,
                 {.help = "Whether browsers get the web app at /; all else is there without it."});
    fields.field(
        "fetch_models", settings.fetch_models,
        {.help = "Whether models can be fetched from the web app: from this machine, and by admins."});
    fields.field("viewers", settings.viewers,
                 {.help = "Pages that show what happens in this server, at a time; one more is turned away.",
                  .least = 1,
                  .most = 1000});
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<ConsoleSettings>();
    offers.push_back({.name = "console",
                      .help = "The web app, and what it shows of the server.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); },
                      .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
                          return std::make_unique<ConsoleSurface>(stage, *settings);
                      }});
}

}  // namespace repartee::surfaces::console
