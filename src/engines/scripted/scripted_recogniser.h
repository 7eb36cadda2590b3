// Hears what its settings say. Used by tests, examples and load measurements.
//
// An utterance with any audio at all, silence included, becomes the configured text; one without
// any becomes the empty text. Each 200 ms of audio brings one partial; those still owed at `finish`
// come then, so their number does not depend on the length of the utterance. The final follows
// `final_delay` after `finish`.
//
// No threads, no allocation per frame; all time comes from the clock.
#pragma once

#include "base/clock.h"
#include "engines/recogniser.h"
#include "engines/scripted/scripted_settings.h"

namespace repartee::engines::scripted {

class ScriptedRecogniser final : public Recogniser {
public:
    // `clock` outlives the engine; the engine outlives its streams.
    ScriptedRecogniser(ScriptedSettings settings, Clock& clock);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    const ScriptedSettings settings_;
    // Bytes of the text that each partial has.
    const std::vector<std::size_t> partial_ends_;
    const std::vector<std::size_t> translated_partial_ends_;
    Clock& clock_;
};

}  // namespace repartee::engines::scripted
