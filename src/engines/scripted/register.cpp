#include "engines/catalogue.h"
#include "engines/scripted/scripted_model.h"
#include "engines/scripted/scripted_recogniser.h"
#include "engines/scripted/scripted_synthesiser.h"

namespace repartee::engines::scripted {

namespace {

// Never picked by `auto`: who wants a script asks for it.
template <class Contract, class Engine>
Offer<Contract> offer_of(std::shared_ptr<ScriptedSettings> settings) {
    return {
        .kind = "scripted",
        .place = Place::Embedded,
        .automatic = false,
        .rank = 0,
        .create = [settings](const Surroundings& surroundings, const Wishes&) -> std::unique_ptr<Contract> {
            return std::make_unique<Engine>(*settings, surroundings.clock);
        }};
}

}  // namespace

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offers that read them later.
    auto settings = std::make_shared<ScriptedSettings>();
    catalogue.settings.push_back(
        {.name = "scripted",
         .help = "Engines that follow a script, for tests, examples and measurements.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.recognisers.push_back(offer_of<Recogniser, ScriptedRecogniser>(settings));
    catalogue.models.push_back(offer_of<Model, ScriptedModel>(settings));
    catalogue.synthesisers.push_back(offer_of<Synthesiser, ScriptedSynthesiser>(settings));
}

}  // namespace repartee::engines::scripted
