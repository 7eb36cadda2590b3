// The voice of a hundred languages: eSpeak NG, in the worker repartee-espeak.
#pragma once

#include "engines/synthesiser.h"
#include "processes/worker.h"

#include <chrono>
#include <mutex>

namespace repartee::engines::espeak {

// The table [engines.espeak].
struct Settings {
    double speed = 1.0;  // multiplied with the voice's own, see Voice::speed
    double pitch = 1.0;
    double volume = 1.0;
    // For what the worker owes us.
    std::chrono::milliseconds patience{5000};
};

class Espeak final : public Synthesiser {
public:
    Espeak(const Settings& settings, Clock& clock, std::unique_ptr<processes::Worker> worker);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    // Any language until the worker has said which.
    SynthesiserCapabilities capabilities() const override;
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    Settings settings_;
    Clock& clock_;
    std::unique_ptr<processes::Worker> worker_;
    mutable std::mutex mutex_;  // `check` writes what `capabilities` reads, on any strand
    std::vector<Language> languages_;
};

}  // namespace repartee::engines::espeak
