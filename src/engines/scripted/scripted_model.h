// Answers what its settings say, a word at a time, by the clock. Used by tests, examples and load
// measurements.
//
// The first word comes `first_token` after `start` and every further one `token` later, counted from
// the start: a consumer that is late once gets the words that are due at once. `max_tokens` is
// obeyed, one word being one token; skills and the other sampling options are not looked at.
#pragma once

#include "base/clock.h"
#include "engines/model.h"
#include "engines/scripted/scripted_settings.h"

#include <string>

namespace repartee::engines::scripted {

class ScriptedModel final : public Model {
public:
    // `clock` outlives the engine and its streams.
    ScriptedModel(ScriptedSettings settings, Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    std::unique_ptr<ModelStream> start(Prompt prompt) override;

private:
    const ScriptedSettings settings_;
    Clock& clock_;
};

// The whole answer to a prompt.
std::string reply_to(const ScriptedSettings& settings, const Prompt& prompt);

}  // namespace repartee::engines::scripted
