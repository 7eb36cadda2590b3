#include "engines/catalogue.h"
#include "engines/hashing/hashing_embedder.h"

namespace repartee::engines::hashing {

void offer(Catalogue& catalogue) {
    // Nothing to set: a setting that changes the vectors would have to be part of their name.
    catalogue.embedders.push_back(
        {.kind = "hashing",
         .create = [](const Surroundings& around, const Wishes&) -> std::unique_ptr<Embedder> {
             return std::make_unique<HashingEmbedder>(around.pool);
         }});
}

}  // namespace repartee::engines::hashing
