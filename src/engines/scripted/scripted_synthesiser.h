// Speaks in a soft hum of plausible length. Used by tests, examples and load measurements.
//
// Every character takes 60 ms at a voice speed of 1 (about what people need) and comes as a chunk of
// its own: letters hum, spaces and punctuation are silent. `spoken_bytes` advances at the end of each
// word and of each sentence. The first sound comes `first_audio` after the first `say`; from then on
// sound is made `speed` times as fast as it plays, and not at all while there is nothing to say.
#pragma once

#include "base/clock.h"
#include "engines/scripted/scripted_settings.h"
#include "engines/synthesiser.h"

namespace repartee::engines::scripted {

// How long one character sounds at a voice speed of 1.
inline constexpr std::chrono::milliseconds character_duration{60};

class ScriptedSynthesiser final : public Synthesiser {
public:
    // `clock` outlives the engine; the engine outlives its streams.
    ScriptedSynthesiser(ScriptedSettings settings, Clock& clock)
        : settings_(std::move(settings)), clock_(clock) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    SynthesiserCapabilities capabilities() const override;
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    const ScriptedSettings settings_;
    Clock& clock_;
};

}  // namespace repartee::engines::scripted
