#include "engines/catalogue.h"
#include "engines/openai/openai_model.h"
#include "engines/peer_place.h"
#include "engines/pooled.h"

namespace repartee::engines::openai {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<OpenAiSettings>();
    auto servers = std::make_shared<AddressBookHolder>("model", "openai");
    catalogue.settings.push_back(
        {.name = "openai",
         .help = "Language models of OpenAI, or of any server that speaks its language.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.models.push_back(
        {.kind = "openai",
         .place = Place::Cloud,
         // Whose address is on this machine or in the house: somebody has set it, so it comes before what
         // merely happens to be there.
         .automatic = true,
         .rank = 60,
         .create = [settings, servers](const Surroundings& around,
                                       const Wishes& wishes) -> std::unique_ptr<Model> {
             const auto wanted = wished(*settings, wishes);
             return at_addresses<Model>(
                 wanted.base_url, wanted.addresses, *servers, around, [&](const std::string& address) {
                     auto one = wanted;
                     one.base_url = address;
                     return std::make_unique<OpenAiModel>("openai", std::move(one), around.http, around.clock,
                                                          around.log);
                 });
         },
         .has_key = [settings] { return is_a_key(settings->api_key); }});

    auto lmstudio = std::make_shared<OpenAiSettings>(lmstudio_settings());
    catalogue.settings.push_back(
        {.name = "lmstudio",
         .help = "Language models of LM Studio on this machine.",
         .describe = [lmstudio](Fields& fields) { describe_lmstudio(fields, *lmstudio); }});
    catalogue.models.push_back(
        {.kind = "lmstudio",
         .place = Place::Local,
         .automatic = false,
         .rank = 0,
         .create = [lmstudio](const Surroundings& around, const Wishes& wishes) -> std::unique_ptr<Model> {
             return std::make_unique<OpenAiModel>("lmstudio", wished(*lmstudio, wishes), around.http,
                                                  around.clock, around.log);
         }});
}

}  // namespace repartee::engines::openai
