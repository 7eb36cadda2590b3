#include "engines/catalogue.h"
#include "engines/openai_stt/openai_recogniser.h"
#include "engines/pooled.h"

namespace repartee::engines::openai_stt {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<OpenAiSttSettings>();
    auto servers = std::make_shared<AddressBookHolder>("recogniser", "openai");
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
         .create = [settings, servers](const Surroundings& around,
                                       const Wishes& wishes) -> std::unique_ptr<Recogniser> {
             const auto wanted = wished(*settings, wishes);
             return at_addresses<Recogniser>(wanted.base_url, wanted.addresses, *servers, around,
                                             [&](const std::string& address) {
                                                 auto one = wanted;
                                                 one.base_url = address;
                                                 return std::make_unique<OpenAiRecogniser>(
                                                     std::move(one), around.http, around.clock, around.log);
                                             });
         }});
}

}  // namespace repartee::engines::openai_stt
