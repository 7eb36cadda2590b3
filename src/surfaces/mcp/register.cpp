#include "surfaces/mcp/mcp_surface.h"

namespace repartee::surfaces::mcp {

void describe(Fields& fields, McpSettings& settings) {
    fields.field(
        "robot_speaks", settings.robot_speaks,
        {.help = "Whether the tool `say` may use the robot; else it gives the spoken words back as sound."});
    fields.field(
        "calls_at_once", settings.calls_at_once,
        {.help = "Tools at work at a time for one person, or for one address where they have no account.",
         .least = 1,
         .most = 1000});
    fields.field("calls_of_all", settings.calls_of_all,
                 {.help = "Tools at work at a time for all together.", .least = 1, .most = 10'000});
    fields.field("session_lifetime", settings.session_lifetime,
                 {.help = "After which a session is over, and its client begins anew.",
                  .least = 1000,
                  .most = 2'592'000'000});
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<McpSettings>();
    offers.push_back({.name = "mcp",
                      .help =
                          "Memory, speech and the assistant as tools for other programs' models: the Model "
                          "Context Protocol at /mcp. Who may come in is decided by [surfaces.voice_ai].",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); },
                      .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
                          return std::make_unique<McpSurface>(stage, *settings);
                      }});
}

}  // namespace repartee::surfaces::mcp
