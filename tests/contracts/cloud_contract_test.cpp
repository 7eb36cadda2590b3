// The engines over the network, held to their contracts with peers in this process that speak their
// protocols. Nothing leaves the machine.
#include "audio/test_sounds.h"
#include "audio/wav.h"
#include "engines/answering_peer.h"
#include "engines/cartesia/cartesia_recogniser.h"
#include "engines/cartesia/cartesia_synthesiser.h"
#include "engines/cartesia/ink_peer.h"
#include "engines/cartesia/sonic_peer.h"
#include "engines/openai_stt/openai_recogniser.h"
#include "engines/openai_tts/openai_synthesiser.h"
#include "engines/soniox/soniox_peer.h"
#include "engines/soniox/soniox_recogniser.h"
#include "net/multipart.h"
#include "recogniser_contract.h"
#include "synthesiser_contract.h"

namespace repartee::engines {

namespace {

awaitable<bool> closed(Engine& engine) {
    co_await engine.close();
    co_return true;
}

// A peer, and what an engine needs to reach it.
struct Neighbourhood {
    explicit Neighbourhood(House& the_house, TalkingPeer::Story story)
        : house(the_house), http(house.clock(), nullptr), talking(house.executor(), house.clock()) {
        talking.stories = {std::move(story)};
    }
    explicit Neighbourhood(House& the_house, std::function<PeerAnswer(const AnsweringPeer::Question&)> answer)
        : Neighbourhood(the_house, TalkingPeer::Story()) {
        answering.answer_to = std::move(answer);
    }

    // Lets everything come to its end, the peer's side too.
    void leave(Engine& engine) {
        house.run(closed(engine));
        talking.shut_down();
        for (int i = 0; i < 100; ++i) {
            house.run_what_is_ready();
        }
    }

    House& house;
    net::HttpClient http;
    TalkingPeer talking;
    AnsweringPeer answering{house.executor()};
};

// The engine with its neighbourhood, for those who want nothing but the engine.
class NeighbourlyRecogniser final : public Recogniser {
public:
    using Create = std::function<std::unique_ptr<Recogniser>(Neighbourhood&)>;
    NeighbourlyRecogniser(std::unique_ptr<Neighbourhood> around, const Create& create)
        : around_(std::move(around)), engine_(create(*around_)) {}
    ~NeighbourlyRecogniser() override { around_->leave(*engine_); }

    EngineInfo info() const override { return engine_->info(); }
    awaitable<Health> check() override { return engine_->check(); }
    RecogniserCapabilities capabilities() const override { return engine_->capabilities(); }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override {
        return engine_->start(request);
    }

private:
    std::unique_ptr<Neighbourhood> around_;
    std::unique_ptr<Recogniser> engine_;
};

class NeighbourlySynthesiser final : public Synthesiser {
public:
    using Create = std::function<std::unique_ptr<Synthesiser>(Neighbourhood&)>;
    NeighbourlySynthesiser(std::unique_ptr<Neighbourhood> around, const Create& create)
        : around_(std::move(around)), engine_(create(*around_)) {}
    ~NeighbourlySynthesiser() override { around_->leave(*engine_); }

    EngineInfo info() const override { return engine_->info(); }
    awaitable<Health> check() override { return engine_->check(); }
    SynthesiserCapabilities capabilities() const override { return engine_->capabilities(); }
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override {
        return engine_->start(request);
    }

private:
    std::unique_ptr<Neighbourhood> around_;
    std::unique_ptr<Synthesiser> engine_;
};

std::vector<audio::Sample> loud_sound() {
    return audio::sine(300, audio::speech_rate, 3 * audio::speech_rate / 2);
}

// --- OpenAI's API, as far as it is about sound ---

PeerAnswer transcription(const AnsweringPeer::Question& question) {
    PeerAnswer answer{.headers = "Content-Type: application/json\r\n"};
    auto type = question.head.find("Content-Type: multipart/form-data");
    if (type == std::string::npos) {
        answer.pieces = {R"({"object":"list","data":[]})"};
        return answer;
    }
    type += 14;
    auto parts = net::parse_multipart(question.head.substr(type, question.head.find("\r\n", type) - type),
                                      question.text);
    const auto* file = parts ? net::part_named(*parts, "file") : nullptr;
    bool loud = file != nullptr && cartesia::is_loud(file->content.substr(44));
    answer.pieces = {loud ? R"({"text":"what time is it"})" : R"({"text":""})"};
    return answer;
}

PeerAnswer speech(const AnsweringPeer::Question& question) {
    if (!question.body.contains("input")) {
        return {.pieces = {R"({"object":"list","data":[]})"}};
    }
    auto text = question.body.at("input").as_string();
    auto speed = question.body.contains("speed") ? question.body.at("speed").to_number<double>() : 1.0;
    auto samples = static_cast<std::size_t>(static_cast<double>(text.size()) * 960 / speed);
    auto wav = audio::write_wav({.samples = audio::sine(200, audio::speech_rate, samples)});
    PeerAnswer answer;
    for (std::size_t at = 0; at < wav.size(); at += 10'001) {
        answer.pieces.push_back(wav.substr(at, 10'001));
    }
    return answer;
}

// --- the cases ---

const RecogniserCase cartesia_hears{
    .name = "Cartesia",
    .create =
        [](House& house) {
            return std::make_unique<NeighbourlyRecogniser>(
                std::make_unique<Neighbourhood>(house, cartesia::ink), [](Neighbourhood& around) {
                    cartesia::CartesiaSettings settings{.base_url = around.talking.url()};
                    return std::make_unique<SocketRecogniser>(cartesia::recogniser_options(settings),
                                                              around.house.executor(), around.http,
                                                              around.house.clock(), Log::silent());
                });
        },
    .speech = loud_sound};

const RecogniserCase soniox_hears{
    .name = "Soniox",
    .create =
        [](House& house) {
            return std::make_unique<NeighbourlyRecogniser>(
                std::make_unique<Neighbourhood>(house, soniox::soniox), [](Neighbourhood& around) {
                    soniox::SonioxSettings settings{.base_url = around.talking.url()};
                    return std::make_unique<SocketRecogniser>(soniox::recogniser_options(settings),
                                                              around.house.executor(), around.http,
                                                              around.house.clock(), Log::silent());
                });
        },
    .speech = loud_sound};

const RecogniserCase openai_hears{
    .name = "OpenAi",
    .create =
        [](House& house) {
            return std::make_unique<NeighbourlyRecogniser>(
                std::make_unique<Neighbourhood>(house, transcription), [](Neighbourhood& around) {
                    openai_stt::OpenAiSttSettings settings{.base_url = around.answering.url()};
                    return std::make_unique<openai_stt::OpenAiRecogniser>(
                        settings, around.http, around.house.clock(), Log::silent());
                });
        },
    .speech = loud_sound};

const SynthesiserCase cartesia_speaks{
    .name = "Cartesia", .create = [](House& house) {
        return std::make_unique<NeighbourlySynthesiser>(
            std::make_unique<Neighbourhood>(house, cartesia::sonic), [](Neighbourhood& around) {
                cartesia::CartesiaSettings settings{.base_url = around.talking.url()};
                return std::make_unique<cartesia::CartesiaSynthesiser>(
                    settings, around.house.executor(), around.http, around.house.clock(), Log::silent());
            });
    }};

const SynthesiserCase openai_speaks{
    .name = "OpenAi", .create = [](House& house) {
        return std::make_unique<NeighbourlySynthesiser>(
            std::make_unique<Neighbourhood>(house, speech), [](Neighbourhood& around) {
                openai_tts::OpenAiTtsSettings settings{.base_url = around.answering.url()};
                return std::make_unique<openai_tts::OpenAiSynthesiser>(settings, around.http,
                                                                       around.house.clock(), Log::silent());
            });
    }};

INSTANTIATE_TEST_SUITE_P(Cloud, RecogniserContract,
                         testing::Values(cartesia_hears, soniox_hears, openai_hears), recogniser_case_name);
INSTANTIATE_TEST_SUITE_P(Cloud, SynthesiserContract, testing::Values(cartesia_speaks, openai_speaks),
                         synthesiser_case_name);

}  // namespace

}  // namespace repartee::engines
