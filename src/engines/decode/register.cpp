#include "engines/catalogue.h"
#include "engines/decode/worker_decoder.h"

namespace repartee::engines::decode {

void describe(Fields& fields, Settings& settings) {
    fields.field("longest_recording", settings.longest_recording,
                 {.help = "How long the sound of a recording may be.", .least = 1000, .most = 86'400'000});
    fields.field("patience", settings.patience,
                 {.help = "How long the worker may keep a turn waiting before the turn gives up on it.",
                  .least = 100,
                  .most = 600'000});
}

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    catalogue.settings.push_back(
        {.name = "decode",
         .help = "Recordings sent as WebM, Ogg, MP4, MP3 or FLAC, opened in a worker.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.decoders.push_back(
        {.kind = "decode",
         .create = [settings](const Surroundings& around, const Wishes&) -> std::unique_ptr<Decoder> {
             processes::WorkerProgram program{.name = "repartee-decode"};
             auto worker = std::make_unique<processes::Worker>(around.executor, around.clock, around.log,
                                                               around.metrics, program);
             return std::make_unique<WorkerDecoder>(*settings, around.clock, std::move(worker));
         }});
}

}  // namespace repartee::engines::decode
