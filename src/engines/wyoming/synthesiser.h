// Speech by any program that talks Wyoming: Piper, another machine's repartee-espeak.
//
// What it can is asked of it: it gets a reply's text as it comes where it streams, else sentence by sentence.
#pragma once

#include "base/log.h"
#include "engines/synthesiser.h"
#include "engines/wyoming/service.h"
#include "engines/wyoming/settings.h"

#include <boost/json/object.hpp>

#include <mutex>

namespace repartee::engines::wyoming {

class WyomingSynthesiser final : public Synthesiser {
public:
    // `clock` outlives the engine and its streams.
    WyomingSynthesiser(Settings settings, Clock& clock, const Log& log);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    // Any language until the service has said which.
    SynthesiserCapabilities capabilities() const override;
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    Health health_with(OfferedSpeech offered);

    const Settings settings_;
    const Service service_;
    const Log log_;
    mutable std::mutex mutex_;  // `check` writes what the others read, on any loop
    OfferedSpeech offered_;
};

// With which voice a service is to speak, as the protocol has it: the wanted one where it has that, else the
// one of the settings where that knows the language, else another of its own that does; without settings the
// service chooses by the language. Unsupported where nobody there knows it. Pure.
Result<boost::json::object> voice_among(const OfferedSpeech& offered, const Settings& settings,
                                        const Voice& wanted);

}  // namespace repartee::engines::wyoming
