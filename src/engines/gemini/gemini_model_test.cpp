#include "engines/gemini/gemini_model.h"

#include "base/sockets.h"
#include "base/task.h"
#include "engines/answering_peer.h"
#include "engines/model_reading.h"

#include <gtest/gtest.h>

#include <functional>

namespace repartee::engines::gemini {

namespace {

using Ending = PeerAnswer::Ending;

std::string event(std::string_view words, std::string_view finish = "") {
    return fmt::format(
        "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{}\"}}]}}{}}}]}}\r\n\r\n", words,
        finish.empty() ? "" : fmt::format(",\"finishReason\":\"{}\"", finish));
}

class GeminiModelTest : public testing::Test {
protected:
    GeminiModel& model() {
        if (!model_) {
            settings.base_url = settings.base_url.empty() ? peer.url() : settings.base_url;
            model_ = std::make_unique<GeminiModel>(settings, http, clock, log);
        }
        return *model_;
    }

    // Runs the loop until `done` says so. The limit only ends a test that has failed.
    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    Reading answer_to(Prompt prompt) {
        Reading reading;
        Task task(context.get_executor(), read_all(model().start(std::move(prompt)), reading));
        run_until([&] { return !task.running(); });
        return reading;
    }

    Health health() {
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(model(), health));
        run_until([&] { return !task.running(); });
        return health.value_or(Health{});
    }

    asio::io_context context;
    SystemClock clock;
    std::vector<std::string> log_lines;
    Log log = Log::into(log_lines, {.level = LogLevel::Trace});
    AnsweringPeer peer{context};
    net::HttpClient http{clock, nullptr};
    GeminiSettings settings{.base_url = "", .api_key = Secret("AIza-secret")};  // the peer's

private:
    std::unique_ptr<GeminiModel> model_;
};

TEST_F(GeminiModelTest, ReadsAnAnswerHoweverItIsCut) {
    PeerAnswer answer = streaming({});
    for (char byte : event("नमस्ते ") + event("दुनिया", "STOP")) {
        answer.pieces.emplace_back(1, byte);
    }
    peer.answers = {answer, streaming({event("two", "STOP")})};
    auto reading = answer_to(prompt_of("hello"));
    EXPECT_EQ(reading.text, "नमस्ते दुनिया");
    ASSERT_TRUE(reading.end);
    EXPECT_EQ(reading.end->reason, "stop");
    EXPECT_TRUE(reading.over);
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "two");
    EXPECT_EQ(peer.connections, 1);  // it is kept
    ASSERT_EQ(peer.questions.size(), 2u);
    EXPECT_EQ(peer.questions[0].target, "/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
    EXPECT_NE(peer.questions[0].head.find("x-goog-api-key: AIza-secret\r\n"), std::string::npos);
}

TEST_F(GeminiModelTest, PassesSkillCallsOn) {
    peer.answers = {streaming(
        {"data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"clock\"}}]},"
         "\"finishReason\":\"STOP\"}]}\n\n"})};
    auto reading = answer_to(prompt_of("time?", true));
    ASSERT_EQ(reading.calls.size(), 1u);
    EXPECT_EQ(reading.calls[0].name, "clock");
    EXPECT_EQ(reading.end->reason, "skill");
    EXPECT_TRUE(peer.questions[0].body.contains("tools"));
}

TEST_F(GeminiModelTest, AsksOnceMoreWhenACallWasFumbled) {
    auto fumbled = streaming({event("", "MALFORMED_FUNCTION_CALL")});
    peer.answers = {fumbled, streaming({event("one", "STOP")}), fumbled, fumbled,
                    streaming({event("so"), event("", "MALFORMED_FUNCTION_CALL")})};
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "one");
    EXPECT_EQ(peer.questions.size(), 2u);
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(peer.questions.size(), 4u);
    // What has been said cannot be taken back.
    auto begun = answer_to(prompt_of("hello"));
    EXPECT_EQ(begun.text, "so");
    ASSERT_TRUE(begun.failure);
    EXPECT_EQ(peer.questions.size(), 5u);
}

TEST_F(GeminiModelTest, FailsInEveryWayThereIs) {
    peer.answers = {streaming({event("one"), "data: {\"error\":{\"code\":500,\"message\":\"no\"}}\n\n"}),
                    streaming({event("one"), "data: nonsense\n\n"}), streaming({event("one")}),
                    streaming({event("one")}, Ending::BreaksOff),
                    streaming({event("one"), event("", "SAFETY")})};
    for (int i = 0; i < 5; ++i) {
        auto reading = answer_to(prompt_of("hello"));
        EXPECT_EQ(reading.text, "one");
        ASSERT_TRUE(reading.failure) << i;
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    }
    EXPECT_EQ(peer.questions.size(), 5u);
}

TEST_F(GeminiModelTest, SaysNothingOfThinkingToAModelThatRefuses) {
    peer.answers = {refusal(400, R"({"error":{"message":"Thinking is not enabled for this model"}})"),
                    streaming({event("one", "STOP")}), streaming({event("two", "STOP")})};
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "two");
    ASSERT_EQ(peer.questions.size(), 3u);
    EXPECT_TRUE(peer.questions[0].body.contains("generationConfig"));
    EXPECT_FALSE(peer.questions[1].body.contains("generationConfig"));
    EXPECT_FALSE(peer.questions[2].body.contains("generationConfig"));
}

TEST_F(GeminiModelTest, WaitsOnceForAGeminiThatIsBusyForAMoment) {
    peer.answers = {refusal(503, "{}", "Retry-After: 0.01\r\n"), streaming({event("one", "STOP")}),
                    refusal(429, "{}", "Retry-After: 30\r\n")};
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::Busy);
    EXPECT_EQ(peer.questions.size(), 3u);
}

TEST_F(GeminiModelTest, SaysWhichKeyIsWrongAndNeverTheKey) {
    peer.answers = {refusal(403, R"({"error":{"message":"bad key AIza-secret"}})"),
                    refusal(500, R"({"error":{"message":"AIza-secret"}})"), refusal(403, "{}")};
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_NE(reading.failure->message.find("GEMINI_API_KEY"), std::string::npos);
    auto broke = answer_to(prompt_of("hello"));
    auto found = health();
    auto told = reading.failure->message + reading.failure->detail + broke.failure->message +
                broke.failure->detail + found.reason + found.advice;
    for (const auto& line : log_lines) {
        told += line;
    }
    EXPECT_EQ(told.find("AIza-secret"), std::string::npos) << told;
}

TEST_F(GeminiModelTest, AsksNobodyWithoutAKey) {
    settings.api_key = Secret(" ");
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::Unavailable);
    EXPECT_EQ(health().reason, "no key");
    EXPECT_EQ(peer.connections, 0);
}

TEST_F(GeminiModelTest, IsUnavailableWhereNobodyListens) {
    TcpAcceptor free_port(context, {asio::ip::address_v4::loopback(), 0});
    settings.base_url = fmt::format("http://127.0.0.1:{}", free_port.local_endpoint().port());
    free_port.close();
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::Unavailable);
    EXPECT_FALSE(health().usable);
}

TEST_F(GeminiModelTest, GivesUpOnAGeminiThatStalls) {
    settings.timeout = 300ms;
    settings.stall_timeout = 50ms;
    peer.answers = {streaming({}, Ending::Stalls), streaming({event("one")}, Ending::Stalls)};
    for (auto text : {"", "one"}) {
        auto reading = answer_to(prompt_of("hello"));
        EXPECT_EQ(reading.text, text);
        ASSERT_TRUE(reading.failure);
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderLate);
    }
    run_until([&] { return peer.abandoned == 2; });
}

TEST_F(GeminiModelTest, ClosesTheConnectionWhenCancelled) {
    peer.answers = {streaming({event("one")}, Ending::Stalls)};
    Reading reading;
    Task task(context.get_executor(), read_all(model().start(prompt_of("hello")), reading));
    run_until([&] { return reading.text == "one"; });
    task.cancel();
    run_until([&] { return !task.running() && peer.abandoned == 1; });
    EXPECT_FALSE(reading.failure);
    EXPECT_FALSE(reading.over);
}

TEST_F(GeminiModelTest, IsUsableOnceKeyAndModelAreKnown) {
    peer.answers = {refusal(404, "{}"), refusal(200, R"({"name":"models/gemini-2.5-flash"})")};
    EXPECT_FALSE(health().usable);
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.questions[0].target, "/models/gemini-2.5-flash");
    EXPECT_EQ(model().info().place, Place::Local);
}

}  // namespace

}  // namespace repartee::engines::gemini
