// The engines that talk Wyoming, held to their contracts with peers in this process that speak it as Piper
// and faster-whisper do. Our own workers are in worker_contract_test.cpp.
#include "audio/test_sounds.h"
#include "engines/wyoming/recogniser.h"
#include "engines/wyoming/service_peer.h"
#include "engines/wyoming/synthesiser.h"
#include "recogniser_contract.h"
#include "synthesiser_contract.h"

namespace repartee::engines {

namespace {

using wyoming::ServicePeer;

std::unique_ptr<ServicePeer> peer_with(House& house, ServicePeer::Story story) {
    auto peer = std::make_unique<ServicePeer>(house.executor());
    peer->stories = {std::move(story)};
    return peer;
}

// The engines with their peers, checked: what they can they know from there.
class NeighbourlyVoice final : public Synthesiser {
public:
    NeighbourlyVoice(House& house, ServicePeer::Story story)
        : peer_(peer_with(house, std::move(story))),
          engine_({.synthesiser = peer_->uri()}, house.clock(), Log::silent()) {
        house.run(engine_.check());
    }

    EngineInfo info() const override { return engine_.info(); }
    awaitable<Health> check() override { return engine_.check(); }
    SynthesiserCapabilities capabilities() const override { return engine_.capabilities(); }
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override {
        return engine_.start(request);
    }

private:
    std::unique_ptr<ServicePeer> peer_;
    wyoming::WyomingSynthesiser engine_;
};

class NeighbourlyEar final : public Recogniser {
public:
    NeighbourlyEar(House& house, ServicePeer::Story story)
        : peer_(peer_with(house, std::move(story))), engine_({.recogniser = peer_->uri()}, house.clock()) {
        house.run(engine_.check());
    }

    EngineInfo info() const override { return engine_.info(); }
    awaitable<Health> check() override { return engine_.check(); }
    RecogniserCapabilities capabilities() const override { return engine_.capabilities(); }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override {
        return engine_.start(request);
    }

private:
    std::unique_ptr<ServicePeer> peer_;
    wyoming::WyomingRecogniser engine_;
};

SynthesiserCase voice(std::string name, ServicePeer::Story story) {
    return {.name = std::move(name),
            .changes_speed = false,  // no word for it in the protocol
            .create = [story = std::move(story)](House& house) -> std::unique_ptr<Synthesiser> {
                return std::make_unique<NeighbourlyVoice>(house, story);
            }};
}

const RecogniserCase whisper{
    .name = "Wyoming",
    .create = [](House& house) -> std::unique_ptr<Recogniser> {
        return std::make_unique<NeighbourlyEar>(house, wyoming::listen_like_whisper);
    },
    .speech = [] { return audio::sine(300, audio::speech_rate, 3 * audio::speech_rate / 2); }};

INSTANTIATE_TEST_SUITE_P(Wyoming, SynthesiserContract,
                         testing::Values(voice("WyomingStreaming", wyoming::streaming_piper),
                                         voice("WyomingBySentence", wyoming::older_piper)),
                         synthesiser_case_name);
INSTANTIATE_TEST_SUITE_P(Wyoming, RecogniserContract, testing::Values(whisper), recogniser_case_name);

}  // namespace

}  // namespace repartee::engines
