#include "engines/openai/openai_model.h"

#include "base/sockets.h"
#include "base/task.h"
#include "engines/answering_peer.h"
#include "engines/model_reading.h"

#include <gtest/gtest.h>

#include <functional>

namespace repartee::engines::openai {

namespace {

using Ending = PeerAnswer::Ending;

std::string event(std::string_view content) {
    return fmt::format("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", content);
}

const std::string last_events =
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3}}\n\n"
    "data: [DONE]\n\n";

class OpenAiModelTest : public testing::Test {
protected:
    OpenAiModel& model() {
        if (!model_) {
            settings.base_url = settings.base_url.empty() ? peer.url() : settings.base_url;
            model_ = std::make_unique<OpenAiModel>("openai", settings, http, clock, log);
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

    // A server on the other side of the world, as far as the address tells; nobody is there.
    void aim_at_a_provider() { settings.base_url = "https://models.example/v1"; }

    asio::io_context context;
    SystemClock clock;
    std::vector<std::string> log_lines;
    Log log = Log::into(log_lines, {.level = LogLevel::Trace});
    AnsweringPeer peer{context};
    net::HttpClient http{clock, nullptr};
    OpenAiSettings settings{.base_url = "", .api_key = Secret("sk-secret"), .model = "m"};  // the peer's

private:
    std::unique_ptr<OpenAiModel> model_;
};

TEST_F(OpenAiModelTest, ReadsAnAnswerHoweverItIsCut) {
    auto whole = ": hello\r\n\r\n" + event("नमस्ते ") + event("दुनिया") + last_events;
    PeerAnswer answer = streaming({});
    for (char byte : whole) {
        answer.pieces.emplace_back(1, byte);
    }
    peer.answers.push_back(answer);
    auto reading = answer_to(prompt_of("hello"));
    EXPECT_EQ(reading.text, "नमस्ते दुनिया");
    ASSERT_TRUE(reading.end);
    EXPECT_EQ(reading.end->reason, "stop");
    EXPECT_TRUE(reading.over);
    ASSERT_EQ(peer.questions.size(), 1u);
    EXPECT_EQ(peer.questions[0].target, "/v1/chat/completions");
    EXPECT_NE(peer.questions[0].head.find("Authorization: Bearer sk-secret\r\n"), std::string::npos);
    EXPECT_EQ(peer.questions[0].body.at("model"), "m");
}

TEST_F(OpenAiModelTest, KeepsTheConnectionForTheNextTurn) {
    peer.answers = {streaming({event("one"), last_events}), streaming({event("two"), last_events})};
    EXPECT_EQ(answer_to(prompt_of("first")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("second")).text, "two");
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(OpenAiModelTest, GivesEachQuestionAConnectionOfItsOwnWhereThatIsWanted) {
    settings.keeps_connections = false;
    peer.answers = {streaming({event("one"), last_events}), streaming({event("two"), last_events})};
    EXPECT_EQ(answer_to(prompt_of("first")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("second")).text, "two");
    EXPECT_EQ(peer.connections, 2);
}

TEST_F(OpenAiModelTest, TellsAConversationThatIsTooLongFromOtherTrouble) {
    peer.answers = {
        refusal(400, R"({"error":{"code":400,"message":"request (5019 tokens) exceeds the available )"
                     R"(context size","type":"exceed_context_size_error"}})"),
        refusal(400, R"({"error":{"message":"too long","code":"context_length_exceeded"}})"),
        refusal(400, R"({"error":{"message":"bad"}})")};
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::TooLarge);
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::TooLarge);
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(OpenAiModelTest, TakesAnAnswerThatIsNotStreamed) {
    peer.answers = {refusal(200, R"({"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]})")};
    auto reading = answer_to(prompt_of("hello"));
    EXPECT_EQ(reading.text, "whole");
    EXPECT_TRUE(reading.over);
}

TEST_F(OpenAiModelTest, PassesSkillCallsOn) {
    peer.answers = {streaming(
        {"data: "
         "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"clock\"}}]}}]}\n\n",
         last_events})};
    auto reading = answer_to(prompt_of("time?", true));
    ASSERT_EQ(reading.calls.size(), 1u);
    EXPECT_EQ(reading.calls[0].id, "call_1");
    EXPECT_EQ(reading.end->reason, "skill");
    EXPECT_TRUE(peer.questions[0].body.contains("tools"));
}

TEST_F(OpenAiModelTest, FailsOnAnErrorInTheMiddleAndOnNonsense) {
    peer.answers = {streaming({event("one"), "data: {\"error\":{\"message\":\"out of memory\"}}\n\n"}),
                    streaming({event("one"), "data: <html>\n\n"}), streaming({event("one")}),
                    streaming({event("one")}, Ending::BreaksOff)};
    for (int i = 0; i < 4; ++i) {
        auto reading = answer_to(prompt_of("hello"));
        EXPECT_EQ(reading.text, "one");
        ASSERT_TRUE(reading.failure) << i;
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
        EXPECT_FALSE(reading.end);
    }
    EXPECT_EQ(peer.questions.size(), 4u);  // nothing is asked twice
}

TEST_F(OpenAiModelTest, AsksAgainWithoutWhatIsRefusedAndRemembers) {
    settings.model = "qwen3";
    peer.answers = {refusal(400, R"({"error":{"message":"chat_template_kwargs: extra field"}})"),
                    refusal(400, R"({"error":{"message":"tools are not supported"}})"),
                    streaming({event("one"), last_events}), streaming({event("two"), last_events})};
    EXPECT_EQ(answer_to(prompt_of("hello", true)).text, "one");
    EXPECT_EQ(answer_to(prompt_of("hello", true)).text, "two");
    ASSERT_EQ(peer.questions.size(), 4u);
    EXPECT_TRUE(peer.questions[0].body.contains("chat_template_kwargs"));
    EXPECT_TRUE(peer.questions[1].body.contains("tools"));
    for (int i : {2, 3}) {
        EXPECT_FALSE(peer.questions[i].body.contains("chat_template_kwargs"));
        EXPECT_FALSE(peer.questions[i].body.contains("tools"));
    }
}

TEST_F(OpenAiModelTest, LearnsNothingFromARequestThatFailsAllTheSame) {
    PeerAnswer no = refusal(400, R"({"error":{"message":"tools are not supported"}})");
    peer.answers = {no, no, streaming({event("one"), last_events})};
    EXPECT_EQ(answer_to(prompt_of("hello", true)).failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(answer_to(prompt_of("hello", true)).text, "one");
    ASSERT_EQ(peer.questions.size(), 3u);
    EXPECT_TRUE(peer.questions[2].body.contains("tools"));
}

TEST_F(OpenAiModelTest, WaitsOnceForAServerThatIsBusyForAMoment) {
    peer.answers = {refusal(429, "{}", "Retry-After: 0.01\r\n"), streaming({event("one"), last_events}),
                    refusal(503, "{}", "Retry-After: 0\r\n"),    refusal(429, "{}", "Retry-After: 0\r\n"),
                    refusal(429, "{}", "Retry-After: 60\r\n"),   refusal(500, "{}", "Retry-After: 0\r\n")};
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::Busy);
    EXPECT_EQ(peer.questions.size(), 4u);
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::Busy);
    EXPECT_EQ(answer_to(prompt_of("hello")).failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(peer.questions.size(), 6u);
}

TEST_F(OpenAiModelTest, SaysWhichKeyIsWrongAndNeverTheKey) {
    peer.answers = {refusal(401, R"({"error":{"message":"Incorrect API key provided: sk-secret"}})"),
                    refusal(500, R"({"error":{"message":"sk-secret"}})"), refusal(401, "{}")};
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_NE(reading.failure->message.find("OPENAI_API_KEY"), std::string::npos);
    auto told = reading.failure->message + reading.failure->detail;
    auto broke = answer_to(prompt_of("hello"));
    told += broke.failure->message + broke.failure->detail;
    auto found = health();
    told += found.reason + found.advice;
    for (const auto& line : log_lines) {
        told += line;
    }
    EXPECT_EQ(told.find("sk-secret"), std::string::npos) << told;
}

TEST_F(OpenAiModelTest, AsksNobodyWithoutAKey) {
    aim_at_a_provider();
    settings.api_key = {};
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_NE(reading.failure->message.find("OPENAI_API_KEY"), std::string::npos);
    EXPECT_EQ(health().reason, "no key");
    EXPECT_EQ(model().info().place, Place::Cloud);
}

TEST_F(OpenAiModelTest, IsUnavailableWhereNobodyListens) {
    TcpAcceptor free_port(context, {asio::ip::address_v4::loopback(), 0});
    settings.base_url = fmt::format("http://127.0.0.1:{}", free_port.local_endpoint().port());
    free_port.close();
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_FALSE(health().usable);
    EXPECT_FALSE(health().advice.empty());
}

TEST_F(OpenAiModelTest, GivesUpOnAPeerThatStalls) {
    settings.timeout = 300ms;
    settings.stall_timeout = 50ms;
    peer.answers = {streaming({}, Ending::Stalls), streaming({": ping\n\n"}, Ending::Stalls),
                    streaming({event("one")}, Ending::Stalls),
                    streaming({event("one"), ": ping\n\n"}, Ending::Stalls)};
    for (auto text : {"", "", "one", "one"}) {
        auto reading = answer_to(prompt_of("hello"));
        EXPECT_EQ(reading.text, text);
        ASSERT_TRUE(reading.failure);
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderLate);
    }
    run_until([&] { return peer.abandoned == 4; });
}

TEST_F(OpenAiModelTest, ClosesTheConnectionWhenCancelled) {
    peer.answers = {streaming({}, Ending::Stalls), streaming({event("one")}, Ending::Stalls)};
    for (auto [text, abandoned] : {std::pair("", 1), std::pair("one", 2)}) {
        Reading reading;
        Task task(context.get_executor(), read_all(model().start(prompt_of("hello")), reading));
        run_until(
            [&] { return static_cast<int>(peer.questions.size()) == abandoned && reading.text == text; });
        task.cancel();
        run_until([&] { return !task.running() && peer.abandoned == abandoned; });
        EXPECT_FALSE(reading.failure);
        EXPECT_FALSE(reading.over);
    }
}

TEST_F(OpenAiModelTest, ClosesTheConnectionWhenTheStreamIsDestroyed) {
    peer.answers = {streaming({event("one")}, Ending::Stalls)};
    auto stream = model().start(prompt_of("hello"));
    std::optional<ModelOutput> first;
    auto read_one = [](ModelStream& from, std::optional<ModelOutput>& into) -> awaitable<void> {
        into = co_await from.next();
    };
    Task task(context.get_executor(), read_one(*stream, first));
    run_until([&] { return !task.running(); });
    ASSERT_TRUE(first);
    stream.reset();
    run_until([&] { return peer.abandoned == 1; });
}

TEST_F(OpenAiModelTest, AnswersTwoStreamsAtOnce) {
    peer.answers = {streaming({event("same"), last_events}), streaming({event("same"), last_events})};
    Reading one;
    Reading two;
    Task first(context.get_executor(), read_all(model().start(prompt_of("a")), one));
    Task second(context.get_executor(), read_all(model().start(prompt_of("b")), two));
    run_until([&] { return !first.running() && !second.running(); });
    EXPECT_EQ(one.text, "same");
    EXPECT_EQ(two.text, "same");
    EXPECT_EQ(peer.connections, 2);
}

TEST_F(OpenAiModelTest, AsksForTheModelThatIsThere) {
    settings.model = "";
    settings.api_key = {};
    PeerAnswer list = refusal(200, R"({"data":[{"id":"qwen3"}]})");
    peer.answers = {list, streaming({event("one"), last_events}), streaming({event("two"), last_events})};
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "two");
    ASSERT_EQ(peer.questions.size(), 3u);
    EXPECT_EQ(peer.questions[0].target, "/v1/models");
    EXPECT_EQ(peer.questions[0].head.find("Authorization"), std::string::npos);
    EXPECT_EQ(peer.questions[2].body.at("model"), "qwen3");
    EXPECT_EQ(model().info().model, "qwen3");
}

TEST_F(OpenAiModelTest, IsUsableOnceTheModelIsThere) {
    peer.answers = {refusal(200, R"({"data":[{"id":"other"}]})"), refusal(200, R"({"data":[{"id":"m"}]})")};
    EXPECT_EQ(health().advice, "set OPENAI_MODEL to one it has: other");
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(model().info().place, Place::Local);
}

}  // namespace

}  // namespace repartee::engines::openai
