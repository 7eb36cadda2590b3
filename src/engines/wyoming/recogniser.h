// Speech understood by any program that talks Wyoming: faster-whisper, vosk, another machine's
// repartee-whisper.
#pragma once

#include "engines/recogniser.h"
#include "engines/wyoming/offers.h"
#include "wyoming/errand.h"

#include <chrono>
#include <mutex>
#include <string>

namespace repartee::engines::wyoming {

// The table [engines.wyoming].
struct Settings {
    std::string recogniser;  // where it listens
    std::string model;       // of those it offers; empty: its own choice
    std::chrono::milliseconds patience{20'000};
};

class WyomingRecogniser final : public Recogniser {
public:
    WyomingRecogniser(Settings settings, Clock& clock);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    awaitable<repartee::wyoming::Event> ask_what_it_offers() const;

    const Settings settings_;
    Clock& clock_;
    mutable std::mutex mutex_;  // `check` writes what the others read, on any loop
    OfferedSpeech offered_;
};

}  // namespace repartee::engines::wyoming
