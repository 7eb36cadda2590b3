#include "engines/energy/energy_detector.h"

#include "audio/level.h"
#include "engines/energy/noise_floor.h"

#include <algorithm>
#include <cmath>

namespace repartee::engines::energy {
namespace {

using std::chrono::microseconds;

// Decibels above or below the onset at which the probability is about 3/4 or 1/4.
constexpr float softness_db = 3;

// Root mean square around the mean: cheap sound cards add a constant, which nobody hears.
float loudness(std::span<const audio::Sample> frame) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;
    for (const audio::Sample sample : frame) {
        sum += sample;
        squares += static_cast<std::int32_t>(sample) * sample;
    }
    const auto count = static_cast<double>(frame.size());
    const double mean = static_cast<double>(sum) / count;
    const double variance = static_cast<double>(squares) / count - mean * mean;
    return static_cast<float>(std::sqrt(std::max(variance, 0.0))) / audio::full_scale;
}

class EnergyStream final : public DetectorStream {
public:
    explicit EnergyStream(const EnergySettings& settings) : settings_(settings), noise_(settings.memory) {}

    Activity push(std::span<const audio::Sample> frame) override {
        if (frame.empty()) {
            return {.speech = speech_};
        }
        const float level = loudness(frame);
        const float level_db = audio::decibels(level);
        const auto length =
            std::chrono::duration_cast<microseconds>(audio::duration_of(frame.size(), audio::speech_rate));
        noise_.push(level_db, length);
        decide(level_db, length);
        const float surplus_db = level_db - onset_level_db();
        return {
            .speech = speech_, .level = level, .probability = 1 / (1 + std::exp(-surplus_db / softness_db))};
    }

private:
    float above_noise(double margin_db) const {
        return std::max(static_cast<float>(settings_.threshold_db),
                        noise_.level_db() + static_cast<float>(margin_db));
    }
    float onset_level_db() const { return above_noise(settings_.onset_db); }
    float release_level_db() const { return above_noise(std::min(settings_.release_db, settings_.onset_db)); }

    void decide(float level_db, microseconds length) {
        const bool loud = level_db >= (speech_ ? release_level_db() : onset_level_db());
        if (loud == speech_) {
            contrary_ = microseconds(0);
            return;
        }
        contrary_ += length;
        const auto patience = speech_ ? settings_.hold : settings_.onset;
        // The end is past the pause that is allowed; the beginning is reached with it.
        if (speech_ ? contrary_ > patience : contrary_ >= patience) {
            speech_ = loud;
            contrary_ = microseconds(0);
        }
    }

    EnergySettings settings_;
    NoiseFloor noise_;
    bool speech_ = false;
    microseconds contrary_{0};  // how long the level has spoken against speech_
};

}  // namespace

EngineInfo EnergyDetector::info() const {
    return {.kind = "energy", .model = {}, .place = Place::Embedded};
}

awaitable<Health> EnergyDetector::check() {
    co_return Health{.usable = true, .reason = "built in"};
}

std::unique_ptr<DetectorStream> EnergyDetector::start(const Executor&, const DetectionRequest&) {
    return std::make_unique<EnergyStream>(settings_);
}

}  // namespace repartee::engines::energy
