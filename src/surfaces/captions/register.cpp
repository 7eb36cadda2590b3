#include "surfaces/captions/captions_surface.h"

namespace repartee::surfaces::captions {

namespace {

constexpr std::array<std::string_view, 3> who_may_listen{"loopback", "always", "never"};

constexpr std::array<std::string_view, 2> when_speakers{"asked", "always"};

}  // namespace

void describe(Fields& fields, CaptionsSettings& settings) {
    fields.field(
        "allow", settings.allow,
        {.help = "Who may read what this machine's microphone hears: `loopback`, everybody as long as only "
                 "this machine can reach the server; `always`; `never`.",
         .environment = "CAPTIONS_ALLOW",
         .choices = who_may_listen});
    fields.field(
        "on_shared_socket", settings.on_shared_socket,
        {.help = "Whether clients of /ws, which assistants share, see captions until they send something."});
    fields.field("language", settings.language,
                 {.help = "What is spoken in the room, as a BCP 47 tag; empty: the recogniser decides."});
    fields.field(
        "threshold", settings.threshold,
        {.help = "The level (root mean square, 0 to 1) from which on sound is speech, such as 0.01; 0: what "
                 "stands out of the room's own noise.",
         .least = 0,
         .most = 1});
    fields.field("end_silence", settings.end_silence,
                 {.help = "Silence that ends a line.", .least = 200, .most = 10'000});
    fields.field("least_voice", settings.least_voice,
                 {.help = "Less voice than this is a noise.", .least = 0, .most = 5000});
    fields.field("longest", settings.longest,
                 {.help = "A speech without a pause is cut into lines of this length at most.",
                  .least = 5000,
                  .most = 120'000});
    fields.field("stale", settings.stale,
                 {.help = "A line that comes later than this after its words is left out, and that is told.",
                  .least = 1000,
                  .most = 600'000});
    fields.field("least_confidence", settings.least_confidence,
                 {.help = "Lines of which the recogniser says that it is less sure are noises; 0: none is.",
                  .least = 0,
                  .most = 1});
    fields.field(
        "speakers", settings.speakers,
        {.help =
             "When speakers are told apart: `asked`, while a viewer wants to know them; `always`, so that "
             "/captions/transcript knows them, too.",
         .choices = when_speakers});
    fields.field(
        "keep_lines", settings.keep_lines,
        {.help = "So many lines are kept, in memory, for who comes later and for /captions/transcript.",
         .least = 0,
         .most = 100'000});
    fields.field("keep_for", settings.keep_for,
                 {.help = "... and for so long.", .least = 0, .most = 7.0 * 86'400'000});
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<CaptionsSettings>();
    offers.push_back({.name = "captions",
                      .help = "What is said in the room, over /captions.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); },
                      .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
                          return std::make_unique<CaptionsSurface>(stage, *settings);
                      }});
}

}  // namespace repartee::surfaces::captions
