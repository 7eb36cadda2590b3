#include "engines/ollama/ollama_model.h"

#include "base/sockets.h"
#include "base/task.h"
#include "engines/answering_peer.h"
#include "engines/model_reading.h"

#include <gtest/gtest.h>

#include <functional>

namespace repartee::engines::ollama {

namespace {

using Ending = PeerAnswer::Ending;

std::string line(std::string_view content) {
    return fmt::format(R"({{"message":{{"role":"assistant","content":"{}"}},"done":false}})"
                       "\n",
                       content);
}

const std::string last_line = R"({"message":{"content":""},"done":true,"done_reason":"stop","eval_count":2})"
                              "\n";

class OllamaModelTest : public testing::Test {
protected:
    OllamaModel& model() {
        if (!model_) {
            settings.base_url = settings.base_url.empty() ? peer.url() : settings.base_url;
            model_ = std::make_unique<OllamaModel>(settings, http, clock, Log::silent());
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
    AnsweringPeer peer{context};
    net::HttpClient http{clock, nullptr};
    OllamaSettings settings{.base_url = ""};  // the peer's, unless the test sets one

private:
    std::unique_ptr<OllamaModel> model_;
};

TEST_F(OllamaModelTest, ReadsAnAnswerHoweverItIsCut) {
    auto whole = line("नमस्ते ") + line("दुनिया") + last_line;
    PeerAnswer answer;
    for (char byte : whole) {
        answer.pieces.emplace_back(1, byte);
    }
    peer.answers.push_back(answer);
    auto reading = answer_to(prompt_of("hello"));
    EXPECT_EQ(reading.text, "नमस्ते दुनिया");
    ASSERT_TRUE(reading.end);
    EXPECT_EQ(reading.end->reason, "stop");
    EXPECT_EQ(reading.end->answer_tokens, 2);
    EXPECT_TRUE(reading.over);
    ASSERT_EQ(peer.questions.size(), 1u);
    EXPECT_EQ(peer.questions[0].target, "/api/chat");
    EXPECT_EQ(peer.questions[0].body.at("model"), "llama3.1");
}

TEST_F(OllamaModelTest, KeepsTheConnectionForTheNextTurn) {
    peer.answers = {{.pieces = {line("one"), last_line}}, {.pieces = {line("two"), last_line}}};
    EXPECT_EQ(answer_to(prompt_of("first")).text, "one");
    EXPECT_EQ(answer_to(prompt_of("second")).text, "two");
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(OllamaModelTest, PassesSkillCallsOn) {
    peer.answers = {{.pieces = {R"({"message":{"tool_calls":[{"function":{"name":"clock","arguments":{}}}]}})"
                                "\n",
                                last_line}}};
    auto reading = answer_to(prompt_of("time?", true));
    ASSERT_EQ(reading.calls.size(), 1u);
    EXPECT_EQ(reading.calls[0].id, "call_1");
    EXPECT_EQ(reading.end->reason, "skill");
    EXPECT_TRUE(peer.questions[0].body.contains("tools"));
}

TEST_F(OllamaModelTest, FailsOnAnErrorInTheMiddle) {
    peer.answers = {{.pieces = {line("one"), "{\"error\":\"out of memory\"}\n"}}};
    auto reading = answer_to(prompt_of("hello"));
    EXPECT_EQ(reading.text, "one");
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(reading.failure->message, "Ollama gave up: out of memory");
}

TEST_F(OllamaModelTest, FailsWhenTheAnswerHasNoEnd) {
    peer.answers = {{.pieces = {line("one")}}, {.pieces = {line("one")}, .ending = Ending::BreaksOff}};
    for (int i = 0; i < 2; ++i) {
        auto reading = answer_to(prompt_of("hello"));
        EXPECT_EQ(reading.text, "one");
        ASSERT_TRUE(reading.failure);
        EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    }
}

TEST_F(OllamaModelTest, AsksAgainWithoutSkillsAndRemembers) {
    peer.answers = {{.status = 400, .pieces = {R"({"error":"llama3.1 does not support tools"})"}},
                    {.pieces = {line("one"), last_line}},
                    {.pieces = {line("two"), last_line}}};
    EXPECT_EQ(answer_to(prompt_of("hello", true)).text, "one");
    EXPECT_EQ(answer_to(prompt_of("hello", true)).text, "two");
    ASSERT_EQ(peer.questions.size(), 3u);
    EXPECT_TRUE(peer.questions[0].body.contains("tools"));
    EXPECT_FALSE(peer.questions[1].body.contains("tools"));
    EXPECT_FALSE(peer.questions[2].body.contains("tools"));
}

TEST_F(OllamaModelTest, AsksAgainWithoutThinkingAndRemembers) {
    settings.think = "on";
    peer.answers = {{.status = 400, .pieces = {R"({"error":"llama3.1 does not support thinking"})"}},
                    {.pieces = {line("one"), last_line}}};
    EXPECT_EQ(answer_to(prompt_of("hello")).text, "one");
    ASSERT_EQ(peer.questions.size(), 2u);
    EXPECT_FALSE(peer.questions[1].body.contains("think"));
}

TEST_F(OllamaModelTest, GivesUpOnAModelThatRefusesTwice) {
    PeerAnswer refusal{.status = 400, .pieces = {R"({"error":"llama3.1 does not support tools"})"}};
    peer.answers = {refusal, refusal, {.pieces = {last_line}}};
    auto reading = answer_to(prompt_of("hello", true));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(peer.questions.size(), 2u);
}

TEST_F(OllamaModelTest, SaysHowToGetAMissingModel) {
    peer.answers = {{.status = 404, .pieces = {R"({"error":"model 'llama3.1' not found"})"}}};
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_NE(reading.failure->message.find("ollama pull llama3.1"), std::string::npos);
}

TEST_F(OllamaModelTest, IsUnavailableWhereNobodyListens) {
    TcpAcceptor free_port(context, {asio::ip::address_v4::loopback(), 0});
    settings.base_url = fmt::format("http://127.0.0.1:{}", free_port.local_endpoint().port());
    free_port.close();
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_NE(reading.failure->message.find("ollama serve"), std::string::npos);
    EXPECT_FALSE(health().usable);
    EXPECT_FALSE(health().advice.empty());
}

TEST_F(OllamaModelTest, GivesUpOnAPeerThatStalls) {
    settings.timeout = 50ms;
    peer.answers = {{.ending = Ending::Stalls}, {.pieces = {line("one")}, .ending = Ending::Stalls}};
    auto before_the_head = answer_to(prompt_of("hello"));
    ASSERT_TRUE(before_the_head.failure);
    EXPECT_EQ(before_the_head.failure->kind, ErrorKind::ProviderLate);
    auto in_the_middle = answer_to(prompt_of("hello"));
    EXPECT_EQ(in_the_middle.text, "one");
    ASSERT_TRUE(in_the_middle.failure);
    EXPECT_EQ(in_the_middle.failure->kind, ErrorKind::ProviderLate);
    run_until([&] { return peer.abandoned == 2; });
}

TEST_F(OllamaModelTest, ClosesTheConnectionWhenCancelled) {
    peer.answers = {{.ending = Ending::Stalls}, {.pieces = {line("one")}, .ending = Ending::Stalls}};
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

TEST_F(OllamaModelTest, ClosesTheConnectionWhenTheStreamIsDestroyed) {
    peer.answers = {{.pieces = {line("one")}, .ending = Ending::Stalls}};
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

TEST_F(OllamaModelTest, AnswersTwoStreamsAtOnce) {
    peer.answers = {{.pieces = {line("same"), last_line}}, {.pieces = {line("same"), last_line}}};
    Reading one;
    Reading two;
    Task first(context.get_executor(), read_all(model().start(prompt_of("a")), one));
    Task second(context.get_executor(), read_all(model().start(prompt_of("b")), two));
    run_until([&] { return !first.running() && !second.running(); });
    EXPECT_EQ(one.text, "same");
    EXPECT_EQ(two.text, "same");
    EXPECT_EQ(peer.connections, 2);
}

TEST_F(OllamaModelTest, AsksNobodyWhenSwitchedOff) {
    settings.enabled = false;
    auto reading = answer_to(prompt_of("hello"));
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_EQ(health().reason, "switched off (OLLAMA_ENABLED=false)");
    EXPECT_EQ(peer.connections, 0);
}

TEST_F(OllamaModelTest, IsUsableOnceTheModelIsThere) {
    peer.answers = {{.pieces = {R"({"models":[]})"}},
                    {.pieces = {R"({"models":[{"name":"llama3.1:latest"}]})"}}};
    EXPECT_EQ(health().advice, "ollama pull llama3.1");
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.questions[0].target, "/api/tags");
    EXPECT_EQ(model().info().place, Place::Local);
}

}  // namespace

}  // namespace repartee::engines::ollama
