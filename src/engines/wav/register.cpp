#include "engines/catalogue.h"
#include "engines/wav/decoders.h"

namespace repartee::engines::wav {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offers that read them later.
    auto settings = std::make_shared<WavSettings>();
    catalogue.settings.push_back({.name = "wav",
                                  .help = "Recordings sent as WAV files or as headerless PCM.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.decoders.push_back(
        {.kind = "wav", .create = [settings](const Surroundings&, const Wishes&) -> std::unique_ptr<Decoder> {
             return std::make_unique<WavDecoder>(*settings);
         }});
    catalogue.decoders.push_back(
        {.kind = "pcm", .create = [settings](const Surroundings&, const Wishes&) -> std::unique_ptr<Decoder> {
             return std::make_unique<PcmDecoder>(*settings);
         }});
}

}  // namespace repartee::engines::wav
