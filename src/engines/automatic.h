// The `auto` engines: engines that wrap engines. Each has a roster and hands every new stream to
// the best candidate of the moment that knows the language. A recogniser or synthesiser that fails is
// replaced by the next usable one that knows the language, in the middle of an utterance or a sentence too
// (takeover_hearing.h, takeover_speech.h); a model that fails before its first word by the next one, so
// that an answer comes all the same. Where no recogniser translates that can be had, a language model does
// (translated_hearing.h).
//
// Where they work is said for all candidates at once: it is the farthest place that what users say may
// have to go to.
#pragma once

#include "base/error.h"
#include "engines/detector.h"
#include "engines/embedder.h"
#include "engines/model.h"
#include "engines/recogniser.h"
#include "engines/roster.h"
#include "engines/speaker_embedder.h"
#include "engines/synthesiser.h"
#include "engines/translator.h"

namespace repartee::engines {

// How long a candidate may take to say whether it is usable. Loading a recogniser's model from a
// cold disk is the slowest of them.
inline constexpr auto check_limit = std::chrono::seconds(20);

class AutomaticRecogniser final : public Recogniser {
public:
    AutomaticRecogniser(Roster& roster, Log log) : roster_(roster), log_(std::move(log)) {}
    // For requests that no candidate translates. Outlives it. Once, before the first stream.
    void lend(Translator& translator) { translator_ = &translator; }
    EngineInfo info() const override;
    awaitable<Health> check() override;
    // All that one of the usable candidates can: `start` takes one that can what is asked for.
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    Recogniser& best() const { return static_cast<Recogniser&>(roster_.best()); }
    Roster& roster_;
    Translator* translator_ = nullptr;
    Log log_;
};

class AutomaticSynthesiser final : public Synthesiser {
public:
    AutomaticSynthesiser(Roster& roster, Log log) : roster_(roster), log_(std::move(log)) {}
    EngineInfo info() const override;
    awaitable<Health> check() override;
    SynthesiserCapabilities capabilities() const override { return best().capabilities(); }
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    Synthesiser& best() const { return static_cast<Synthesiser&>(roster_.best()); }
    Roster& roster_;
    Log log_;
};

class AutomaticModel final : public Model {
public:
    AutomaticModel(Roster& roster, Log log) : roster_(roster), log_(std::move(log)) {}
    EngineInfo info() const override;
    awaitable<Health> check() override;
    std::unique_ptr<ModelStream> start(Prompt prompt) override;
    void prepare(const Prompt& prompt) override;

private:
    Roster& roster_;
    Log log_;
};

// What a detector does not know it says itself, so there is nothing to take over.
class AutomaticDetector final : public Detector {
public:
    explicit AutomaticDetector(Roster& roster, Log) : roster_(roster) {}
    EngineInfo info() const override { return best().info(); }
    awaitable<Health> check() override;
    std::unique_ptr<DetectorStream> start(const Executor& strand, const DetectionRequest& request) override {
        return best().start(strand, request);
    }

private:
    Detector& best() const { return static_cast<Detector&>(roster_.best()); }
    Roster& roster_;
};

// There is one candidate: no embedder goes on where another fails.
class AutomaticEmbedder final : public Embedder {
public:
    explicit AutomaticEmbedder(Roster& roster, Log) : roster_(roster) {}
    EngineInfo info() const override { return best().info(); }
    awaitable<Health> check() override;
    std::string identity() const override { return best().identity(); }
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override {
        return best().embed(std::move(texts));
    }

private:
    Embedder& best() const { return static_cast<Embedder&>(roster_.best()); }
    Roster& roster_;
};

// Likewise: of the moment. Who keeps vectors looks at their name.
class AutomaticSpeakerEmbedder final : public SpeakerEmbedder {
public:
    explicit AutomaticSpeakerEmbedder(Roster& roster, Log) : roster_(roster) {}
    EngineInfo info() const override { return best().info(); }
    awaitable<Health> check() override;
    std::string identity() const override { return best().identity(); }
    SpeakerTraits traits() const override { return best().traits(); }
    awaitable<std::vector<Voiceprint>> prints(std::span<const audio::Sample> sound,
                                              std::vector<SoundRange> ranges) override {
        return best().prints(sound, std::move(ranges));
    }

private:
    SpeakerEmbedder& best() const { return static_cast<SpeakerEmbedder&>(roster_.best()); }
    Roster& roster_;
};

}  // namespace repartee::engines
