#include "engines/catalogue.h"
#include "engines/cepstral/cepstral_embedder.h"

namespace repartee::engines::cepstral {

void offer(Catalogue& catalogue) {
    // Nothing to set: a setting that changes the vectors would have to be part of their name.
    catalogue.speaker_embedders.push_back(
        {.kind = "cepstral",
         .create = [](const Surroundings& around, const Wishes&) -> std::unique_ptr<SpeakerEmbedder> {
             return std::make_unique<CepstralEmbedder>(around.pool);
         }});
}

}  // namespace repartee::engines::cepstral
