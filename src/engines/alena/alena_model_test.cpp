#include "engines/alena/alena_model.h"

#include "base/sockets.h"
#include "base/task.h"
#include "net/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

namespace repartee::engines::alena {

namespace {

// A controller behind a real server: what it was asked, and what it answers.
struct Controller {
    net::Response answer = net::json_response(200, R"({"response":"Namaste."})");
    net::Response health = net::json_response(200, R"({"ok":true})");
    std::vector<std::string> prompts;

    awaitable<net::Response> generate(std::string body) {
        prompts.emplace_back(boost::json::parse(body).at("prompt").as_string());
        co_return answer;
    }
    awaitable<net::Response> tell_health() { co_return health; }

    // The controller outlives the router.
    void add_to(net::Router& router) {
        router.post("/generate", [this](const net::Request& request) { return generate(request.body); });
        router.get("/health", [this](const net::Request&) { return tell_health(); });
    }
};

struct Reading {
    std::vector<std::string> texts;
    int ends = 0;
    std::optional<Error> failure;
};

awaitable<void> read_all(std::unique_ptr<ModelStream> stream, Reading& reading) {
    try {
        while (auto output = co_await stream->next()) {
            if (auto* text = std::get_if<TextDelta>(&*output)) {
                reading.texts.push_back(std::move(text->text));
            }
            reading.ends += std::holds_alternative<AnswerEnd>(*output) ? 1 : 0;
        }
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

awaitable<void> ask_health(Model& model, std::optional<Health>& health) {
    health = co_await model.check();
}

class AlenaModelTest : public testing::Test {
protected:
    AlenaModelTest() {
        controller.add_to(router);
        net::Endpoint anywhere{.address = "127.0.0.1", .port = 0};
        auto bound = server.listen(anywhere);
        settings.url = fmt::format("http://127.0.0.1:{}/", bound.value().port);
    }

    void run(Task& task) {
        auto limit = std::chrono::steady_clock::now() + 20s;  // only ends a test that has failed
        while (task.running() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_FALSE(task.running());
    }

    Reading answer_to(std::string words) {
        AlenaModel model(settings, http, clock);
        Prompt prompt{.messages = {{.role = Role::System, .content = "Be brief."},
                                   {.role = Role::User, .content = std::move(words)}}};
        Reading reading;
        Task task(context.get_executor(), read_all(model.start(std::move(prompt)), reading));
        run(task);
        return reading;
    }

    Health health() {
        AlenaModel model(settings, http, clock);
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(model, health));
        run(task);
        return health.value_or(Health{});
    }

    void aim_where_nobody_listens() {
        TcpAcceptor free_port(context, {asio::ip::address_v4::loopback(), 0});
        settings.url = fmt::format("http://127.0.0.1:{}", free_port.local_endpoint().port());
    }

    Controller controller;
    net::Router router;
    Metrics metrics;
    SystemClock clock;
    asio::io_context context;
    net::Server server{context.get_executor(), router, {}, clock, Log::silent(), metrics};
    net::HttpClient http{clock, nullptr};
    AlenaSettings settings;
};

TEST_F(AlenaModelTest, GivesTheWholeAnswerInOnePiece) {
    auto reading = answer_to("hello");
    EXPECT_EQ(controller.prompts, std::vector<std::string>{"hello"});
    EXPECT_EQ(reading.texts, std::vector<std::string>{"Namaste."});
    EXPECT_EQ(reading.ends, 1);
    EXPECT_FALSE(reading.failure);
}

TEST_F(AlenaModelTest, DoesNotAskForNothing) {
    auto reading = answer_to(" ");
    EXPECT_TRUE(controller.prompts.empty());
    EXPECT_TRUE(reading.texts.empty());
    EXPECT_EQ(reading.ends, 1);
}

TEST_F(AlenaModelTest, TakesAnEmptyAnswerForWhatItIs) {
    controller.answer = net::json_response(200, R"({"response":""})");
    auto reading = answer_to("hello");
    EXPECT_TRUE(reading.texts.empty());
    EXPECT_EQ(reading.ends, 1);
}

TEST_F(AlenaModelTest, FailsAsTheReplySays) {
    controller.answer = net::json_response(500, R"({"detail":"a bad day"})");
    auto reading = answer_to("hello");
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(reading.ends, 0);
}

TEST_F(AlenaModelTest, IsUnavailableWhereNobodyListens) {
    aim_where_nobody_listens();
    auto reading = answer_to("hello");
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_FALSE(health().usable);
    EXPECT_FALSE(health().advice.empty());
}

TEST_F(AlenaModelTest, IsUsableWhenTheControllerSaysSo) {
    EXPECT_TRUE(health().usable);
    controller.health = net::json_response(200, R"({"ok":false})");
    EXPECT_FALSE(health().usable);
}

}  // namespace

}  // namespace repartee::engines::alena
