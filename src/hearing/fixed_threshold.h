// A detector for who knows their room: what is louder than a level is speech, and nothing else is.
#pragma once

#include "engines/detector.h"

namespace repartee::hearing {

class FixedThreshold final : public engines::Detector {
public:
    // Root mean square of a frame, 0 to 1.
    explicit FixedThreshold(double level) : level_(level) {}

    engines::EngineInfo info() const override;
    awaitable<engines::Health> check() override;
    std::unique_ptr<engines::DetectorStream> start(const Executor& strand,
                                                   const engines::DetectionRequest& request) override;

private:
    double level_;
};

}  // namespace repartee::hearing
