#include "engines/catalogue.h"
#include "engines/silero/silero_detector.h"

namespace repartee::engines::silero {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<SileroSettings>();
    catalogue.settings.push_back(
        {.name = "silero",
         .help = "Silero, a network that knows voices from other sounds, in a worker.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.detectors.push_back(
        {.kind = "silero",
         .place = Place::Local,
         .rank = 10,
         .create = [settings](const Surroundings& around, const Wishes&) -> std::unique_ptr<Detector> {
             auto make_worker = [&around](const processes::WorkerProgram& program) {
                 return std::make_unique<processes::Worker>(around.executor, around.clock, around.log,
                                                            around.metrics, program);
             };
             return std::make_unique<SileroDetector>(*settings, around.data_directory / "models", around.pool,
                                                     around.clock, std::move(make_worker));
         }});
}

}  // namespace repartee::engines::silero
