// Hears speech by its loudness above the room's noise. The zero-download detector: some hundred
// nanoseconds a frame, no state beyond a few numbers. It takes any loud sound for speech; a model
// that knows better may be asked after it.
#pragma once

#include "engines/detector.h"
#include "engines/energy/energy_settings.h"

namespace repartee::engines::energy {

class EnergyDetector final : public Detector {
public:
    explicit EnergyDetector(const EnergySettings& settings) : settings_(settings) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    std::unique_ptr<DetectorStream> start(const Executor& strand, const DetectionRequest& request) override;

private:
    EnergySettings settings_;
};

}  // namespace repartee::engines::energy
