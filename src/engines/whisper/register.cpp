#include "engines/catalogue.h"
#include "engines/whisper/whisper.h"

namespace repartee::engines::whisper {

void describe(Fields& fields, Settings& settings) {
    static constexpr std::string_view devices[] = {"auto", "cpu", "gpu", "cuda", "vulkan"};
    fields.field(
        "model", settings.model,
        {.help =
             "Name of a model (base.en, small, large-v3-turbo) or of a file; empty: the best that lies in "
             "the folder models of the data directory.",
         .environment = "WHISPER_MODEL"});
    fields.field("compute_type", settings.compute_type,
                 {.help = "int8 prefers the smaller files of a model, float16 and float32 the plain one.",
                  .environment = "WHISPER_COMPUTE_TYPE"});
    fields.field("device", settings.device,
                 {.help = "Where to compute; auto: on a graphics card where a back end for it is installed.",
                  .environment = "WHISPER_DEVICE",
                  .choices = devices});
    fields.field("hints", settings.hints, {.help = "Words and names that may come, separated by commas."});
    fields.field("translate", settings.translate, {.help = "Whether to translate into English."});
    fields.field(
        "decoders", settings.decoders,
        {.help = "How many utterances are decoded at once; more wait. 0: as many as there are cores for.",
         .least = 0,
         .most = 64});
    fields.field("threads", settings.threads,
                 {.help = "Threads of each decoder; 0: all cores together.", .least = 0, .most = 256});
    fields.field("memory", settings.memory,
                 {.help = "Mebibytes that the worker may fill besides the model and its decoders; one that "
                          "wants more is ended and started again. 0: 1024, and 256 for each decoder.",
                  .least = 0,
                  .most = 1'000'000});
    fields.field("patience", settings.patience,
                 {.help = "How long a transcript may take before the turn gives up on it.",
                  .least = 100,
                  .most = 600'000});
}

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    catalogue.settings.push_back(
        {.name = "whisper",
         .help = "Speech recognised by Whisper or Parakeet on this machine, in a worker.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.recognisers.push_back(
        {.kind = "whisper",
         .place = Place::Local,
         .automatic = true,
         .rank = 60,
         .create = [settings](const Surroundings& around,
                              const Wishes& wishes) -> std::unique_ptr<Recogniser> {
             auto wanted = *settings;
             grant(wishes.model, wanted.model);
             auto make_worker = [&around](const processes::WorkerProgram& program) {
                 return std::make_unique<processes::Worker>(around.executor, around.clock, around.log,
                                                            around.metrics, program);
             };
             return std::make_unique<Whisper>(std::move(wanted), around.data_directory / "models",
                                              around.pool, around.clock, around.log, std::move(make_worker));
         }});
}

}  // namespace repartee::engines::whisper
