#include "engines/openai_stt/openai_recogniser.h"

#include "audio/test_sounds.h"
#include "base/task.h"
#include "engines/answering_peer.h"

#include <gmock/gmock.h>

namespace repartee::engines::openai_stt {

namespace {

using Ending = PeerAnswer::Ending;
using testing::HasSubstr;
using testing::Not;

const std::string json_type = "Content-Type: application/json\r\n";
const std::string event_type = "Content-Type: text/event-stream\r\n";

PeerAnswer whole(std::string body) {
    return {.pieces = {std::move(body)}, .headers = json_type};
}

PeerAnswer refused(int status, std::string body, std::string headers = "") {
    return {.status = status, .pieces = {std::move(body)}, .headers = json_type + headers};
}

// Events cut at every byte.
PeerAnswer events(const std::vector<std::string>& data, Ending ending = Ending::Complete) {
    PeerAnswer answer{.ending = ending, .headers = event_type};
    for (const auto& one : data) {
        for (char byte : "data: " + one + "\n\n") {
            answer.pieces.emplace_back(1, byte);
        }
    }
    return answer;
}

const std::string first_delta = R"({"type":"transcript.text.delta","delta":"मौसम "})";
const std::string second_delta = R"({"type":"transcript.text.delta","delta":"कैसा"})";
const std::string last_event = R"({"type":"transcript.text.done","text":"मौसम कैसा है?"})";

struct Reading {
    std::vector<Transcript> transcripts;
    std::optional<Error> failure;
    bool over = false;

    std::string final_text() const {
        return transcripts.empty() || !transcripts.back().is_final ? "(no final)" : transcripts.back().text;
    }
};

awaitable<void> read_all(RecogniserStream& stream, Reading& reading) {
    try {
        while (auto transcript = co_await stream.next()) {
            reading.transcripts.push_back(std::move(*transcript));
        }
        reading.over = true;
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

awaitable<void> ask_health(Recogniser& recogniser, std::optional<Health>& health) {
    health = co_await recogniser.check();
}

class OpenAiRecogniserTest : public testing::Test {
protected:
    OpenAiRecogniserTest() { settings.base_url = peer.url() + "/v1"; }

    OpenAiRecogniser& recogniser() {
        if (!recogniser_) {
            recogniser_ = std::make_unique<OpenAiRecogniser>(settings, http, clock, Log::silent());
        }
        return *recogniser_;
    }

    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    Reading hear(RecognitionRequest request = {}, std::size_t samples = 16000) {
        auto stream = recogniser().start(request);
        stream->push(audio::sine(300, audio::speech_rate, samples));
        stream->finish();
        Reading reading;
        Task task(context.get_executor(), read_all(*stream, reading));
        run_until([&] { return !task.running(); });
        return reading;
    }

    Health health() {
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(recogniser(), health));
        run_until([&] { return !task.running(); });
        return health.value_or(Health{});
    }

    asio::io_context context;
    SystemClock clock;
    AnsweringPeer peer{context};
    net::HttpClient http{clock, nullptr};
    OpenAiSttSettings settings{.api_key = Secret("sk-secret")};

private:
    std::unique_ptr<OpenAiRecogniser> recogniser_;
};

TEST_F(OpenAiRecogniserTest, HearsAnUtterance) {
    peer.answers = {whole(R"({"text":"What time is it?"})"), whole(R"({"text":"And now?"})")};
    auto reading = hear({.language = "en-GB"});
    EXPECT_EQ(reading.final_text(), "What time is it?");
    EXPECT_TRUE(reading.over);
    EXPECT_EQ(hear().final_text(), "And now?");
    EXPECT_EQ(peer.connections, 1) << "the connection is kept";
    ASSERT_EQ(peer.questions.size(), 2U);
    EXPECT_EQ(peer.questions[0].target, "/v1/audio/transcriptions");
    EXPECT_THAT(peer.questions[0].head, HasSubstr("Authorization: Bearer sk-secret"));
    EXPECT_THAT(peer.questions[0].text, HasSubstr("name=\"language\"\r\n\r\nen\r\n"));
    EXPECT_THAT(peer.questions[0].text, HasSubstr("RIFF"));
    EXPECT_THAT(peer.questions[0].text, Not(HasSubstr("name=\"stream\""))) << "nobody reads partials";
    EXPECT_GT(peer.questions[0].text.size(), 32'000U);
}

TEST_F(OpenAiRecogniserTest, AsksNobodyAboutNothing) {
    EXPECT_EQ(hear({}, 0).final_text(), "");
    EXPECT_EQ(peer.connections, 0);
}

TEST_F(OpenAiRecogniserTest, TextMayComePieceByPiece) {
    peer.answers = {events({first_delta, second_delta, last_event, "[DONE]"})};
    auto reading = hear({.partials = true});
    ASSERT_EQ(reading.transcripts.size(), 3U);
    EXPECT_EQ(reading.transcripts[0].text, "मौसम");
    EXPECT_EQ(reading.transcripts[1].text, "मौसम कैसा");
    EXPECT_EQ(reading.final_text(), "मौसम कैसा है?");
    EXPECT_THAT(peer.questions[0].text, HasSubstr("name=\"stream\"\r\n\r\ntrue\r\n"));
}

TEST_F(OpenAiRecogniserTest, AServerThatIgnoresStreamingIsUnderstood) {
    peer.answers = {whole(R"({"text":"whole"})")};
    EXPECT_EQ(hear({.partials = true}).final_text(), "whole");
}

TEST_F(OpenAiRecogniserTest, AServerThatRefusesStreamingIsRemembered) {
    peer.answers = {refused(400, R"({"error":{"message":"stream is not supported"}})"),
                    whole(R"({"text":"one"})"), whole(R"({"text":"two"})")};
    EXPECT_EQ(hear({.partials = true}).final_text(), "one");
    EXPECT_EQ(hear({.partials = true}).final_text(), "two");
    ASSERT_EQ(peer.questions.size(), 3U);
    EXPECT_THAT(peer.questions[2].text, Not(HasSubstr("name=\"stream\"")));
}

TEST_F(OpenAiRecogniserTest, StreamingCanBeSwitchedOff) {
    settings.stream = false;
    peer.answers = {whole(R"({"text":"whole"})")};
    hear({.partials = true});
    EXPECT_THAT(peer.questions[0].text, Not(HasSubstr("name=\"stream\"")));
}

TEST_F(OpenAiRecogniserTest, WhatBreaksOffUnseenIsBegunAgain) {
    peer.answers = {{.pieces = {R"({"te)"}, .ending = Ending::BreaksOff, .headers = json_type},
                    whole(R"({"text":"again"})")};
    EXPECT_EQ(hear().final_text(), "again");
    peer.answers = {events({first_delta}, Ending::BreaksOff), events({first_delta, last_event})};
    EXPECT_EQ(hear().final_text(), "मौसम कैसा है?") << "nobody had read the partial";
}

TEST_F(OpenAiRecogniserTest, WhatBreaksOffInSightIsBegunAgainToo) {
    peer.answers = {events({first_delta}, Ending::BreaksOff), events({first_delta, last_event})};
    auto reading = hear({.partials = true});
    EXPECT_EQ(reading.transcripts.size(), 2U) << "the partial is not told twice";
    EXPECT_EQ(reading.final_text(), "मौसम कैसा है?");
}

TEST_F(OpenAiRecogniserTest, ItIsBegunAgainOnce) {
    peer.answers = {events({first_delta}, Ending::BreaksOff), events({first_delta}, Ending::BreaksOff),
                    events({last_event})};
    auto reading = hear({.partials = true});
    EXPECT_EQ(reading.transcripts.size(), 1U);
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(OpenAiRecogniserTest, GivesUpOnNonsenseAndErrors) {
    for (const auto& answer :
         {whole("{"), whole(R"({"no":"text"})"), refused(500, R"({"error":{"message":"x"}})"),
          events({R"({"error":{"message":"out of memory"}})"})}) {
        peer.answers = {answer, answer};
        auto reading = hear();
        ASSERT_TRUE(reading.failure);
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    }
}

TEST_F(OpenAiRecogniserTest, WaitsAMomentWhenAskedTo) {
    peer.answers = {refused(429, "{}", "Retry-After: 0.05\r\n"), whole(R"({"text":"one"})")};
    EXPECT_EQ(hear().final_text(), "one");
    peer.answers = {refused(503, "{}", "Retry-After: 30\r\n")};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Busy);
}

TEST_F(OpenAiRecogniserTest, AWrongKeySaysWhichVariableToSet) {
    peer.answers = {refused(401, R"({"error":{"message":"Incorrect API key provided: sk-secret"}})")};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_THAT(reading.failure->message, HasSubstr("OPENAI_API_KEY"));
    EXPECT_THAT(reading.failure->message + reading.failure->detail, Not(HasSubstr("sk-secret")));
}

TEST_F(OpenAiRecogniserTest, WaitsNoLongerThanTold) {
    settings.timeout = 100ms;
    settings.stall_timeout = 100ms;
    peer.answers = {{.ending = Ending::Stalls}, events({first_delta}, Ending::Stalls)};
    auto before = hear({}, 160);
    ASSERT_TRUE(before.failure);
    EXPECT_EQ(before.failure->kind, ErrorKind::ProviderLate);
    auto in_the_middle = hear({.partials = true}, 160);
    ASSERT_TRUE(in_the_middle.failure);
    EXPECT_EQ(in_the_middle.failure->kind, ErrorKind::ProviderLate);
    run_until([&] { return peer.abandoned == 2; });
}

TEST_F(OpenAiRecogniserTest, ClosesTheConnectionWhenTheStreamIsDestroyed) {
    peer.answers = {{.ending = Ending::Stalls}};
    auto stream = recogniser().start({});
    stream->push(audio::sine(300, audio::speech_rate, 1600));
    stream->finish();
    Reading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return peer.questions.size() == 1; });
    task.cancel();
    run_until([&] { return !task.running() && peer.abandoned == 1; });
    EXPECT_FALSE(reading.over || reading.failure);
}

TEST_F(OpenAiRecogniserTest, TooLongIsTooLarge) {
    settings.longest_utterance = 1s;
    auto reading = hear({}, 16001);
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::TooLarge);
}

TEST_F(OpenAiRecogniserTest, AtHomeItMustHaveTranscribedSomething) {
    peer.answers = {
        refused(404, R"({"error":"Not Found"})"), whole(R"({"text":""})"), {.pieces = {R"({"data":[]})"}}};
    auto other_server = health();
    EXPECT_FALSE(other_server.usable);
    EXPECT_THAT(other_server.advice, HasSubstr("OPENAI_BASE_URL"));
    EXPECT_TRUE(health().usable);
    EXPECT_TRUE(health().usable);
    ASSERT_EQ(peer.questions.size(), 3U);
    EXPECT_EQ(peer.questions[2].target, "/v1/models") << "and then it is enough that it is there";
    EXPECT_EQ(recogniser().info().place, Place::Local);
}

TEST_F(OpenAiRecogniserTest, NeedsAKeyForTheCloud) {
    settings = {};
    EXPECT_EQ(recogniser().info().place, Place::Cloud);
    EXPECT_FALSE(health().usable);
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_THAT(reading.failure->message, HasSubstr("OPENAI_API_KEY"));
}

TEST_F(OpenAiRecogniserTest, SaysWhichLanguageItDoesNotKnow) {
    settings.languages = {"en"};
    auto reading = hear({.language = "hi"});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unsupported);
}

TEST_F(OpenAiRecogniserTest, TranslatesWhereTheServerDoes) {
    peer.answers = {whole(R"({"text":"How is the weather?"})"), refused(404, R"({"detail":"Not Found"})")};
    auto reading = hear({.language = "hi", .translate_to = "en", .partials = true});
    ASSERT_EQ(reading.final_text(), "How is the weather?");
    EXPECT_EQ(reading.transcripts.back().language, "hi");
    EXPECT_EQ(reading.transcripts.back().translated_to, "en");
    ASSERT_EQ(peer.questions.size(), 1U);
    EXPECT_EQ(peer.questions[0].target, "/v1/audio/translations");

    auto refusal = hear({.translate_to = "en"});
    ASSERT_TRUE(refusal.failure);
    EXPECT_EQ(refusal.failure->kind, ErrorKind::Unsupported);
    EXPECT_TRUE(recogniser().capabilities().translates_to.empty());
    auto again = hear({.translate_to = "en"});
    ASSERT_TRUE(again.failure);
    EXPECT_EQ(again.failure->kind, ErrorKind::Unsupported);
    EXPECT_EQ(peer.questions.size(), 2U) << "it is not asked again";
    peer.answers.push_back(whole(R"({"text":""})"));
    health();
    EXPECT_FALSE(recogniser().capabilities().translates_to.empty()) << "until it is looked at anew";
}

TEST_F(OpenAiRecogniserTest, TranslatesIntoNothingButEnglish) {
    auto reading = hear({.language = "hi", .translate_to = "de"});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unsupported);
    EXPECT_THAT(reading.failure->message, HasSubstr("'de'"));
}

}  // namespace

}  // namespace repartee::engines::openai_stt
