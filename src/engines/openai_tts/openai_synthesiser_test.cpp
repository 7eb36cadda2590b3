#include "engines/openai_tts/openai_synthesiser.h"

#include "audio/test_sounds.h"
#include "audio/wav.h"
#include "base/task.h"
#include "engines/answering_peer.h"

#include <gmock/gmock.h>

namespace repartee::engines::openai_tts {

namespace {

using Ending = PeerAnswer::Ending;
using testing::HasSubstr;
using testing::Not;

const std::string json_type = "Content-Type: application/json\r\n";

// A hum in pieces of an odd size.
PeerAnswer hum(int rate, std::size_t samples, Ending ending = Ending::Complete) {
    auto wav = audio::write_wav({.rate = rate, .samples = audio::sine(200, rate, samples)});
    PeerAnswer answer{.ending = ending, .headers = "Content-Type: audio/wav\r\n"};
    for (std::size_t at = 0; at < wav.size(); at += 4095) {
        answer.pieces.push_back(wav.substr(at, 4095));
    }
    return answer;
}

PeerAnswer refused(int status, std::string body, std::string headers = "") {
    return {.status = status, .pieces = {std::move(body)}, .headers = json_type + headers};
}

struct Reading {
    std::vector<SpeechChunk> chunks;
    std::optional<Error> failure;
    bool over = false;

    std::size_t samples() const {
        std::size_t count = 0;
        for (const auto& chunk : chunks) {
            count += chunk.samples.size();
        }
        return count;
    }
    std::size_t spoken() const { return chunks.empty() ? 0 : chunks.back().spoken_bytes; }
};

awaitable<void> read_all(SpeechStream& stream, Reading& reading) {
    try {
        while (auto chunk = co_await stream.next()) {
            reading.chunks.push_back(std::move(*chunk));
        }
        reading.over = true;
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

awaitable<void> ask_health(Synthesiser& synthesiser, std::optional<Health>& health) {
    health = co_await synthesiser.check();
}

class OpenAiSynthesiserTest : public testing::Test {
protected:
    OpenAiSynthesiserTest() { settings.base_url = peer.url() + "/v1/"; }

    OpenAiSynthesiser& synthesiser() {
        if (!synthesiser_) {
            synthesiser_ = std::make_unique<OpenAiSynthesiser>(settings, http, clock, Log::silent());
        }
        return *synthesiser_;
    }

    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    Reading say(const std::vector<std::string>& sentences, const Voice& voice = {}) {
        auto stream = synthesiser().start({.voice = voice});
        for (const auto& sentence : sentences) {
            stream->say(sentence);
        }
        stream->finish();
        Reading reading;
        Task task(context.get_executor(), read_all(*stream, reading));
        run_until([&] { return !task.running(); });
        return reading;
    }

    Health health() {
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(synthesiser(), health));
        run_until([&] { return !task.running(); });
        return health.value_or(Health{});
    }

    asio::io_context context;
    SystemClock clock;
    AnsweringPeer peer{context};
    net::HttpClient http{clock, nullptr};
    OpenAiTtsSettings settings{.api_key = Secret("sk-secret")};

private:
    std::unique_ptr<OpenAiSynthesiser> synthesiser_;
};

TEST_F(OpenAiSynthesiserTest, SpeaksAReply) {
    peer.answers = {hum(24000, 24000), hum(24000, 12000)};
    auto reading = say({"Hello there.", " Goodbye."}, {.name = "nova"});
    EXPECT_TRUE(reading.over);
    EXPECT_EQ(reading.samples(), 36000U);
    EXPECT_EQ(reading.spoken(), 21U);
    EXPECT_EQ(reading.chunks.front().rate, 24000);
    ASSERT_EQ(peer.questions.size(), 2U);
    EXPECT_EQ(peer.questions[0].target, "/v1/audio/speech");
    EXPECT_THAT(peer.questions[0].head, HasSubstr("Authorization: Bearer sk-secret"));
    EXPECT_EQ(peer.questions[0].body.at("input"), "Hello there.");
    EXPECT_EQ(peer.questions[0].body.at("voice"), "nova");
    EXPECT_EQ(peer.questions[1].body.at("input"), " Goodbye.");
}

TEST_F(OpenAiSynthesiserTest, AsksForTheNextSentenceWhileOneIsComing) {
    peer.answers = {hum(24000, 24000, Ending::Stalls), hum(24000, 24000)};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    stream->say("Goodbye.");
    Reading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return peer.questions.size() == 2; });
    EXPECT_TRUE(task.running());
    task.cancel();
    run_until([&] { return !task.running(); });
}

TEST_F(OpenAiSynthesiserTest, SoundIsPassedOnAsItComes) {
    peer.answers = {hum(24000, 24000, Ending::Stalls)};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    Reading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return reading.samples() > 20000; });
    EXPECT_GT(reading.spoken(), 0U);
    EXPECT_LT(reading.spoken(), 12U);
    task.cancel();
    run_until([&] { return !task.running(); });
    stream.reset();
    run_until([&] { return peer.abandoned == 1; });
}

TEST_F(OpenAiSynthesiserTest, KeepsTheRateOfItsFirstSound) {
    peer.answers = {hum(22050, 22050), hum(44100, 44100)};
    auto reading = say({"One.", "Two."});
    for (const auto& chunk : reading.chunks) {
        EXPECT_EQ(chunk.rate, 22050);
    }
    EXPECT_NEAR(static_cast<double>(reading.samples()), 2 * 22050, 3);
    EXPECT_EQ(reading.spoken(), 8U);
}

TEST_F(OpenAiSynthesiserTest, ReadsSamplesWithoutAHeader) {
    settings.format = "pcm";
    peer.answers = {{.pieces = {std::string(1, '\1'), std::string(4799, '\1')}}};
    auto reading = say({"Hello."});
    EXPECT_EQ(reading.samples(), 2400U);
    EXPECT_EQ(reading.chunks.front().rate, 24000);
    EXPECT_EQ(peer.questions[0].body.at("response_format"), "pcm");
}

TEST_F(OpenAiSynthesiserTest, WhatCannotBeSpokenIsNotAskedFor) {
    peer.answers = {hum(16000, 1600)};
    auto reading = say({"...", "Yes.", "\xF0\x9F\x98\x80"});
    EXPECT_EQ(reading.spoken(), 11U);
    EXPECT_EQ(peer.questions.size(), 1U);
}

TEST_F(OpenAiSynthesiserTest, WhatBreaksOffUnheardIsBegunAgain) {
    peer.answers = {{.pieces = {"RIF"}, .ending = Ending::BreaksOff}, hum(24000, 2400)};
    EXPECT_EQ(say({"Hello."}).samples(), 2400U);
    peer.answers = {{.ending = Ending::BreaksOff}, hum(24000, 2400)};
    EXPECT_EQ(say({"Hello."}).samples(), 2400U) << "nor is none at all";
    peer.answers = {hum(24000, 2400), {.ending = Ending::BreaksOff}, hum(24000, 2400)};
    EXPECT_EQ(say({"Hello.", "Goodbye."}).samples(), 4800U);
    peer.answers = {{.pieces = {}}, hum(24000, 2400)};
    EXPECT_EQ(say({"Hello."}).samples(), 2400U) << "an empty answer is none";
}

TEST_F(OpenAiSynthesiserTest, WhatBreaksOffInTheMiddleFails) {
    peer.answers = {hum(24000, 24000, Ending::BreaksOff), hum(24000, 2400)};
    auto reading = say({"Hello there."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_GT(reading.samples(), 20000U);
    EXPECT_LT(reading.spoken(), 12U);
}

TEST_F(OpenAiSynthesiserTest, GivesUpOnNonsense) {
    PeerAnswer page{.pieces = {"<html>busy</html>"}};
    peer.answers = {page, page};
    auto reading = say({"Hello."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(OpenAiSynthesiserTest, WaitsAMomentWhenAskedTo) {
    peer.answers = {refused(429, "{}", "Retry-After: 0.05\r\n"), hum(24000, 2400)};
    EXPECT_EQ(say({"Hello."}).samples(), 2400U);
    peer.answers = {refused(429, "{}")};
    auto reading = say({"Hello."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Busy);
}

TEST_F(OpenAiSynthesiserTest, AWrongKeySaysWhichVariableToSet) {
    peer.answers = {refused(401, R"({"error":{"message":"Incorrect API key: sk-secret"}})")};
    auto reading = say({"Hello."});
    ASSERT_TRUE(reading.failure);
    EXPECT_THAT(reading.failure->message, HasSubstr("OPENAI_API_KEY"));
    EXPECT_THAT(reading.failure->message + reading.failure->detail, Not(HasSubstr("sk-secret")));
}

TEST_F(OpenAiSynthesiserTest, WaitsNoLongerThanTold) {
    settings.timeout = 100ms;
    settings.stall_timeout = 100ms;
    peer.answers = {{.ending = Ending::Stalls}, hum(24000, 2400, Ending::Stalls)};
    for (int i = 1; i <= 2; ++i) {
        auto reading = say({"Hello."});
        ASSERT_TRUE(reading.failure);
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderLate);
        run_until([&] { return peer.abandoned == i; });
    }
}

TEST_F(OpenAiSynthesiserTest, AtHomeItMustHaveSpoken) {
    peer.answers = {
        refused(404, R"({"detail":"Not Found"})"), hum(24000, 2400), {.pieces = {R"({"data":[]})"}}};
    EXPECT_FALSE(health().usable);
    EXPECT_TRUE(health().usable);
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.questions.back().target, "/v1/models");
    EXPECT_EQ(synthesiser().info().place, Place::Local);
}

TEST_F(OpenAiSynthesiserTest, NeedsAKeyForTheCloud) {
    settings = {};
    EXPECT_EQ(synthesiser().info().place, Place::Cloud);
    EXPECT_FALSE(health().usable);
    EXPECT_TRUE(say({"Hello."}).failure);
}

TEST_F(OpenAiSynthesiserTest, SaysWhichLanguageItDoesNotKnow) {
    settings.languages = {"en"};
    auto reading = say({"नमस्ते"}, {.language = "hi"});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unsupported);
}

}  // namespace

}  // namespace repartee::engines::openai_tts
