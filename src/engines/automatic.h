// The `auto` engines: engines that wrap engines. Each has a roster and hands every new stream to
// the best candidate of the moment that knows the language; a model that fails before its first word is
// replaced by the next one, so that an answer comes all the same.
#pragma once

#include "base/error.h"
#include "engines/model.h"
#include "engines/recogniser.h"
#include "engines/roster.h"
#include "engines/synthesiser.h"

namespace repartee::engines {

// How long a candidate may take to say whether it is usable. Loading a recogniser's model from a
// cold disk is the slowest of them.
inline constexpr auto check_limit = std::chrono::seconds(20);

class AutomaticRecogniser final : public Recogniser {
public:
    explicit AutomaticRecogniser(Roster& roster) : roster_(roster) {}
    EngineInfo info() const override { return best().info(); }
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override { return best().capabilities(); }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    Recogniser& best() const { return static_cast<Recogniser&>(roster_.best()); }
    Roster& roster_;
};

class AutomaticSynthesiser final : public Synthesiser {
public:
    explicit AutomaticSynthesiser(Roster& roster) : roster_(roster) {}
    EngineInfo info() const override { return best().info(); }
    awaitable<Health> check() override;
    SynthesiserCapabilities capabilities() const override { return best().capabilities(); }
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    Synthesiser& best() const { return static_cast<Synthesiser&>(roster_.best()); }
    Roster& roster_;
};

class AutomaticModel final : public Model {
public:
    AutomaticModel(Roster& roster, Log log) : roster_(roster), log_(std::move(log)) {}
    EngineInfo info() const override { return roster_.best().info(); }
    awaitable<Health> check() override;
    std::unique_ptr<ModelStream> start(Prompt prompt) override;

private:
    Roster& roster_;
    Log log_;
};

}  // namespace repartee::engines
