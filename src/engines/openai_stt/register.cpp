#include "engines/catalogue.h"
#include "engines/openai_stt/openai_recogniser.h"

namespace repartee::engines::openai_stt {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<OpenAiSttSettings>();
    catalogue.settings.push_back(
        {.name = "openai_stt",
         .help = "Recognisers behind OpenAI's /audio/transcriptions (kind `openai`).",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    // `auto` takes it only on this machine or in the house, and only once it has transcribed something.
    catalogue.recognisers.push_back(
        {.kind = "openai",
         .place = Place::Cloud,
         .automatic = true,
         .rank = 30,
         .create = [settings](const Surroundings& around,
                              const Wishes& wishes) -> std::unique_ptr<Recogniser> {
             return std::make_unique<OpenAiRecogniser>(wished(*settings, wishes), around.http, around.clock,
                                                       around.log);
         }});
}

}  // namespace repartee::engines::openai_stt
