// Another process at the same socket: here a second server with a copy of the descriptor.
#include "base/task.h"
#include "net/test_server.h"
#include "net/wakeup.h"

#include <gmock/gmock.h>

#include <fcntl.h>

namespace repartee::net {
namespace {

awaitable<Response> say_first(const Request&) {
    co_return text_response(200, "first");
}

awaitable<Response> say_second(const Request&) {
    co_return text_response(200, "second");
}

class SuccessionServer : public ServerTest {
protected:
    SuccessionServer() {
        router_.get("/who", say_first);
        second_router_.get("/who", say_second);
    }

    // A server at a copy of the first one's socket.
    Server& second() {
        second_.emplace(context_.get_executor(), second_router_, options_, clock_, log_, metrics_);
        Descriptor copy(::fcntl(server_->listeners().at(0), F_DUPFD_CLOEXEC, 0));
        auto endpoint = second_->adopt(std::move(copy), Server::Accepting::Later);
        EXPECT_TRUE(endpoint) << endpoint.error().message;
        EXPECT_EQ(endpoint->port, port_);
        EXPECT_EQ(endpoint->address, "127.0.0.1");
        return *second_;
    }

    Router second_router_;
    std::optional<Server> second_;
};

TEST_F(SuccessionServer, TakesNobodyBeforeItIsItsTurn) {
    play([&]() -> awaitable<void> {
        second();
        for (int i = 0; i < 20; ++i) {
            auto reply = co_await ask(get("/who"));
            EXPECT_EQ(reply.body, "first");
        }
        co_await second_->drain(0ms);
        auto reply = co_await ask(get("/who"));
        EXPECT_EQ(reply.body, "first");
    });
}

TEST_F(SuccessionServer, TakesThoseWhoWait) {
    play([&]() -> awaitable<void> {
        auto& next = second();
        server_->retire();
        // In between nobody accepts, and nobody is refused.
        RawClient early(context_);
        co_await early.connect(port_);
        co_await early.say(get("/who"));
        next.accept();
        auto reply = co_await early.reply();
        EXPECT_EQ(reply.body, "second");
        for (int i = 0; i < 20; ++i) {
            reply = co_await ask(get("/who"));
            EXPECT_EQ(reply.body, "second");
        }
        co_await next.drain(0ms);
    });
}

TEST_F(SuccessionServer, LetsThoseWhoAreHereHaveOneMoreAnswer) {
    play([&]() -> awaitable<void> {
        RawClient guest(context_);
        co_await guest.connect(port_);
        auto reply = co_await guest.ask(get("/who"));
        EXPECT_FALSE(reply.says("Connection: close"));
        second();
        server_->retire();
        reply = co_await guest.ask(get("/who"));
        EXPECT_EQ(reply.body, "first");
        EXPECT_TRUE(reply.says("Connection: close"));
        co_await server_->until_empty();
        EXPECT_EQ(server_->connections(), 0u);
        EXPECT_FALSE(server_->draining());
        co_await second_->drain(0ms);
    });
}

struct Talk {
    Wakeup go_on;
    bool told = false;

    awaitable<void> operator()(WebSocket& socket, const Request&) {
        auto watch = socket.when_succeeded([this] {
            told = true;
            go_on.wake();
        });
        co_await go_on.wait();
        while (auto message = co_await socket.receive()) {
            co_await socket.send_text(std::move(message->data));
        }
    }
};

TEST_F(SuccessionServer, LetsCallsGoOn) {
    Talk talk;
    router_.websocket("/talk", nullptr,
                      [&](WebSocket& socket, const Request& request) { return talk(socket, request); });
    play([&]() -> awaitable<void> {
        RawClient caller(context_);
        co_await caller.connect(port_);
        auto reply = co_await caller.ask(
            "GET /talk HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        EXPECT_EQ(reply.status, 101);
        second();
        server_->retire();
        // A frame with an all-zero mask, and what comes back.
        co_await caller.say({"\x81\x82\0\0\0\0hi", 8});
        auto answer = co_await caller.take(4);
        EXPECT_EQ(answer, "\x81\x02hi");
        EXPECT_TRUE(talk.told);
        EXPECT_EQ(server_->connections(), 1u);
        co_await caller.say({"\x88\x82\0\0\0\0\x03\xe8", 8});
        answer = co_await caller.take(4);
        EXPECT_EQ(answer, "\x88\x02\x03\xe8");  // 1000, and nothing of a restart
        caller.leave();
        co_await server_->until_empty();
        co_await second_->drain(0ms);
    });
}

awaitable<Response> know_nothing(const Request& request) {
    co_return error_response(request, 404, "not_found", "Not here.");
}

awaitable<std::optional<Response>> know_one(const Request& request) {
    if (request.path != "/job/known") {
        co_return std::nullopt;
    }
    co_return json_response(200, R"({"status":"done"})");
}

TEST_F(SuccessionServer, AsksElsewhereForWhatNobodyHereKnows) {
    router_.get("/job/{id}", know_nothing);
    router_.get("/job", know_nothing);
    router_.post("/job/{id}", know_nothing);
    options_.elsewhere = know_one;
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(get("/job/known"));
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, R"({"status":"done"})");
        reply = co_await ask(get("/job/other"));
        EXPECT_EQ(reply.status, 404);
        EXPECT_THAT(reply.body, testing::HasSubstr("Not here."));
        // Only what asks, and only where something of that kind could be.
        reply = co_await ask(post("/job/known", "Content-Length: 0\r\n", ""));
        EXPECT_EQ(reply.status, 404);
        reply = co_await ask(get("/job"));
        EXPECT_EQ(reply.status, 404);
        reply = co_await ask(get("/nothing/known"));
        EXPECT_EQ(reply.status, 404);
    });
}

TEST_F(SuccessionServer, DoesNotWaitWhereNobodyIs) {
    play([&]() -> awaitable<void> {
        server_->retire();
        co_await server_->until_empty();
        EXPECT_TRUE(server_->listeners().empty());
        RawClient late(context_);
        auto [error] = co_await late.socket().async_connect({asio::ip::address_v4::loopback(), port_},
                                                            asio::as_tuple(use_awaitable));
        EXPECT_TRUE(error);
    });
}

TEST_F(SuccessionServer, AdoptsOnlyWhatListens) {
    play([&]() -> awaitable<void> {
        auto endpoint = server_->adopt(Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC)));
        EXPECT_FALSE(endpoint);
        EXPECT_EQ(listening_at(-1).error().kind, ErrorKind::Unprocessable);
        co_return;
    });
}

}  // namespace
}  // namespace repartee::net
