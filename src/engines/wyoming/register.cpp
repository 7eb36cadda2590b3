#include "engines/catalogue.h"
#include "engines/pooled.h"
#include "engines/wyoming/recogniser.h"
#include "engines/wyoming/synthesiser.h"

namespace repartee::engines::wyoming {

namespace {

// Before every other: nobody writes an address down for a service that is not to be used.
constexpr int rank = 70;

}  // namespace

void describe(Fields& fields, Settings& settings) {
    fields.field(
        "recogniser", settings.recogniser,
        {.help = "Where a Wyoming service listens that recognises speech: tcp://HOST:PORT or unix:///PATH; "
                 "several with commas between share the work. `auto` takes one on this machine or in the "
                 "house, and never one elsewhere.",
         .environment = "WYOMING_STT_URI"});
    fields.field("model", settings.model, {.help = "Which of its models; empty: its own choice."});
    fields.field("patience", settings.patience,
                 {.help = "How long a transcript may take before the turn gives up on it.",
                  .least = 100,
                  .most = 600'000});
    fields.field(
        "synthesiser", settings.synthesiser,
        {.help = "Where a Wyoming service listens that speaks, likewise.", .environment = "WYOMING_TTS_URI"});
    fields.field(
        "voice", settings.voice,
        {.help = "Which of its voices speaks for agents that name none of them; empty: its own choice."});
    fields.field("speaker", settings.speaker,
                 {.help = "Which speaker of that voice, where it has several; empty: its own choice."});
    fields.field(
        "stream", settings.stream,
        {.help = "Whether a service that can is given a reply's text as it comes; otherwise sentence "
                 "by sentence."});
    fields.field("speech_patience", settings.speech_patience,
                 {.help = "How long the next sound may take before the turn gives up on the voice.",
                  .least = 100,
                  .most = 600'000});
    engines::describe(fields, settings.addresses);
}

void offer(Catalogue& catalogue) {
    // Two owners: the offers, which create the engines later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    auto ears = std::make_shared<AddressBookHolder>("recogniser", "wyoming");
    auto voices = std::make_shared<AddressBookHolder>("synthesiser", "wyoming");
    catalogue.settings.push_back({.name = "wyoming",
                                  .help = "Programs of others that talk Wyoming (Home Assistant's protocol).",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    // Where `auto` may take it is decided by the address: without one there is nobody in the house.
    catalogue.recognisers.push_back(
        {.kind = "wyoming",
         .place = Place::Local,
         .automatic = true,
         .rank = rank,
         .create = [settings, ears](const Surroundings& around,
                                    const Wishes& wishes) -> std::unique_ptr<Recogniser> {
             auto wanted = *settings;
             grant(wishes.model, wanted.model);
             return at_addresses<Recogniser>(
                 wanted.recogniser, wanted.addresses, *ears, around, [&](const std::string& address) {
                     auto one = wanted;
                     one.recogniser = address;
                     return std::make_unique<WyomingRecogniser>(std::move(one), around.clock);
                 });
         }});
    catalogue.synthesisers.push_back(
        {.kind = "wyoming",
         .place = Place::Local,
         .automatic = true,
         .rank = rank,
         .create = [settings, voices](const Surroundings& around,
                                      const Wishes&) -> std::unique_ptr<Synthesiser> {
             return at_addresses<Synthesiser>(settings->synthesiser, settings->addresses, *voices, around,
                                              [&](const std::string& address) {
                                                  auto one = *settings;
                                                  one.synthesiser = address;
                                                  return std::make_unique<WyomingSynthesiser>(
                                                      std::move(one), around.clock, around.log);
                                              });
         }});
}

}  // namespace repartee::engines::wyoming
