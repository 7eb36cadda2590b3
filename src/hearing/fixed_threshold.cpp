#include "hearing/fixed_threshold.h"

#include "audio/level.h"

namespace repartee::hearing {

namespace {

class FixedStream final : public engines::DetectorStream {
public:
    explicit FixedStream(double level) : level_(level) {}

    engines::Activity push(std::span<const audio::Sample> frame) override {
        auto level = audio::rms(frame);
        bool speech = level >= level_;
        return {.speech = speech, .level = level, .probability = speech ? 1.0f : 0.0f};
    }

private:
    double level_;
};

}  // namespace

engines::EngineInfo FixedThreshold::info() const {
    return {.kind = "fixed", .model = {}, .place = engines::Place::Embedded};
}

awaitable<engines::Health> FixedThreshold::check() {
    co_return engines::Health{.usable = true, .reason = "built in"};
}

std::unique_ptr<engines::DetectorStream> FixedThreshold::start(const Executor&,
                                                               const engines::DetectionRequest&) {
    return std::make_unique<FixedStream>(level_);
}

}  // namespace repartee::hearing
