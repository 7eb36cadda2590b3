// Speech understood by any program that talks Wyoming: faster-whisper, vosk, another machine's
// repartee-whisper.
#pragma once

#include "engines/recogniser.h"
#include "engines/wyoming/service.h"
#include "engines/wyoming/settings.h"

#include <mutex>

namespace repartee::engines::wyoming {

class WyomingRecogniser final : public Recogniser {
public:
    // `clock` outlives the engine and its streams.
    WyomingRecogniser(Settings settings, Clock& clock);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    // Any language until the service has said which.
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    Health health_with(OfferedSpeech offered);

    const Settings settings_;
    const Service service_;
    mutable std::mutex mutex_;  // `check` writes what the others read, on any loop
    OfferedSpeech offered_;
    std::vector<Language> languages_;  // of the model that is used
    bool translates_ = false;          // whatever model is used
};

}  // namespace repartee::engines::wyoming
