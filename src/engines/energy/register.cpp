#include "engines/catalogue.h"
#include "engines/energy/energy_detector.h"

namespace repartee::engines::energy {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<EnergySettings>();
    catalogue.settings.push_back({.name = "energy",
                                  .help = "The built-in speech detector, which goes by loudness.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.detectors.push_back(
        {.kind = "energy",
         .create = [settings](const Surroundings&, const Wishes&) -> std::unique_ptr<Detector> {
             return std::make_unique<EnergyDetector>(*settings);
         }});
}

}  // namespace repartee::engines::energy
