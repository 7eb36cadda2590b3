#include "net/server.h"

#include "base/sockets.h"
#include "base/task.h"
#include "net/test_server.h"
#include "net/wakeup.h"

#include <boost/asio/executor_work_guard.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <set>
#include <thread>

namespace repartee::net {
namespace {

awaitable<Response> hello(const Request&) {
    co_return text_response(200, "hello");
}

awaitable<Response> echo(const Request& request) {
    co_return text_response(200, request.body);
}

awaitable<Response> describe(const Request& request) {
    co_return text_response(200, request.method + " " + request.path + " ?" + request.query + " " +
                                     request.host + " " + request.peer +
                                     (request.loopback ? " loopback" : ""));
}

awaitable<Response> name_parameter(const Request& request) {
    co_return text_response(200, "[" + std::string(request.path_parameter("name")) + "]" +
                                     std::string(request.path_parameter("other")));
}

awaitable<Response> say_busy(const Request&) {
    throw Failure(ErrorKind::Busy, "Every place is taken.");
    co_return Response{};
}

awaitable<Response> fail(const Request&) {
    throw std::logic_error("secret detail");
    co_return Response{};
}

class HttpServer : public ServerTest {
protected:
    HttpServer() {
        router_.get("/hello", hello);
        router_.get("/describe me", describe);
        router_.get("/named/{name}", name_parameter, {.any_origin = true});
        router_.post("/echo", echo, {.body_limit = 1000});
        router_.post("/open", echo, {.any_origin = true});
        router_.post("/ours", echo, {.known_origins_only = true});
        router_.get("/busy", say_busy);
        router_.get("/fail", fail);
        router_.websocket("/ws", nullptr, nullptr);
    }

    double counted(const char* status) {
        return metrics_.counter("repartee_http_requests_total", "", {{"status", status}}).value();
    }
};

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        for (int i = 0; i < 3; ++i) {
            auto reply = co_await client.ask(get("/hello"));
            EXPECT_EQ(reply.status, 200);
            EXPECT_EQ(reply.body, "hello");
            EXPECT_TRUE(reply.says("\r\nX-Request-Id: "));
            EXPECT_TRUE(reply.says("\r\nDate: "));
            EXPECT_FALSE(reply.says("Connection: close"));
        }
        EXPECT_EQ(server_->connections(), 1u);
    });
    EXPECT_EQ(counted("2xx"), 3);
}

// Tells which thread it was answered on.
awaitable<Response> name_thread(const Request&) {
    co_return text_response(200, fmt::format("{}", std::hash<std::thread::id>()(std::this_thread::get_id())));
}

TEST_F(HttpServer, DealsConnectionsOutToTheLoopsAndLeavesThemThere) {
    router_.get("/thread", name_thread);
    asio::io_context other(1);
    auto work = asio::make_work_guard(other);
    std::jthread helper([&] { other.run(); });
    options_.loops = {context_.get_executor(), other.get_executor()};
    play([&]() -> awaitable<void> {
        std::set<std::string> threads;
        for (int i = 0; i < 4; ++i) {
            RawClient client(context_);
            co_await client.connect(port_);
            auto first = co_await client.ask(get("/thread"));
            auto second = co_await client.ask(get("/thread"));
            EXPECT_EQ(first.status, 200);
            EXPECT_EQ(first.body, second.body);
            threads.insert(first.body);
        }
        EXPECT_EQ(threads.size(), 2u);
    });
    other.stop();
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say(get("/hello") + post("/echo", "Content-Length: 3\r\n", "abc") + "\r\n" +
                            get("/nowhere") + get("/hello", "Connection: close\r\n"));
        auto first = co_await client.reply();
        auto second = co_await client.reply();
        auto third = co_await client.reply();
        auto fourth = co_await client.reply();
        EXPECT_EQ(first.body, "hello");
        EXPECT_EQ(second.body, "abc");
        EXPECT_EQ(third.status, 404);
        EXPECT_EQ(fourth.body, "hello");
        EXPECT_TRUE(fourth.says("Connection: close"));
        auto rest = co_await client.rest();
        EXPECT_EQ(rest, "");
    });
}

TEST_F(HttpServer, TakesARequestByteByByte) {
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        for (char byte : post("/echo", "Transfer-Encoding: chunked\r\n",
                              "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n")) {
            co_await client.say(std::string(1, byte));
        }
        auto reply = co_await client.reply();
        EXPECT_EQ(reply.body, "abcde");
        reply = co_await client.ask(get("/hello"));
        EXPECT_EQ(reply.body, "hello");
    });
}

TEST_F(HttpServer, DecodesTheTarget) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(get("/describe%20me?a=%20b"));
        EXPECT_EQ(reply.body, "GET /describe me ?a=%20b localhost 127.0.0.1 loopback");
        reply = co_await ask("GET http://localhost/describe%20me HTTP/1.1\r\nHost: localhost\r\n\r\n");
        EXPECT_EQ(reply.status, 200);
    });
}

TEST_F(HttpServer, AnswersHeadWithoutTheBody) {
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/hello"));
        auto text = co_await client.take(300);
        EXPECT_NE(text.find("Content-Length: 5\r\n"), std::string::npos);
        EXPECT_NE(text.find("\r\n\r\nHTTP/1.1 200"), std::string::npos);
    });
}

TEST_F(HttpServer, SpeaksTheOldVersion) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask("GET /hello HTTP/1.0\r\n\r\n");
        EXPECT_EQ(reply.status, 200);
        EXPECT_TRUE(reply.says("Connection: close"));
        reply = co_await ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_TRUE(reply.says("Connection: keep-alive"));
    });
}

TEST_F(HttpServer, InvitesABodyThatAsksToBeInvited) {
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        auto invitation =
            co_await client.ask(post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
        EXPECT_EQ(invitation.status, 100);
        auto reply = co_await client.ask("abc");
        EXPECT_EQ(reply.body, "abc");
        // Too much is refused before it is sent.
        reply = co_await client.ask(post("/echo", "Content-Length: 1001\r\nExpect: 100-continue\r\n", ""));
        EXPECT_EQ(reply.status, 413);
    });
}

// --- paths and failures ---

TEST_F(HttpServer, AnswersWrongPathsAndMethodsLikeTheOriginals) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(get("/nowhere"));
        EXPECT_EQ(reply.status, 404);
        EXPECT_NE(reply.body.find(R"("detail":"Not Found")"), std::string::npos);
        reply = co_await ask(get("/echo"));
        EXPECT_EQ(reply.status, 405);
        EXPECT_TRUE(reply.says("\r\nAllow: POST\r\n"));
        EXPECT_NE(reply.body.find(R"("detail":"Method Not Allowed")"), std::string::npos);
        reply = co_await ask(get("/hello/?x=1"));
        EXPECT_EQ(reply.status, 307);
        EXPECT_TRUE(reply.says("\r\nLocation: http://localhost/hello?x=1\r\n"));
        reply = co_await ask(get("/ws"));
        EXPECT_EQ(reply.status, 426);
    });
}

TEST_F(HttpServer, TellsHandlersWhatStandsInThePath) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(get("/named/a%20b%7Bc?name=d"));
        EXPECT_EQ(reply.body, "[a b{c]");
        reply = co_await ask(post("/named/x", "Origin: https://a.example\r\nContent-Length: 0\r\n", ""));
        EXPECT_EQ(reply.status, 405);
        EXPECT_TRUE(reply.says("\r\nAllow: GET, HEAD\r\n"));
        EXPECT_TRUE(reply.says("Access-Control-Allow-Origin: *\r\n"));
        reply = co_await ask(get("/named/x/"));
        EXPECT_EQ(reply.status, 307);
        EXPECT_TRUE(reply.says("\r\nLocation: http://localhost/named/x\r\n"));
        reply = co_await ask(get("/named/"));
        EXPECT_EQ(reply.status, 404);
        reply = co_await ask(
            "OPTIONS /named/x HTTP/1.1\r\nHost: localhost\r\nOrigin: https://a.example\r\n"
            "Access-Control-Request-Method: GET\r\n\r\n");
        EXPECT_EQ(reply.status, 200);
    });
}

TEST_F(HttpServer, TellsFailuresAndKeepsBugsToItself) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(get("/busy"));
        EXPECT_EQ(reply.status, 503);
        EXPECT_TRUE(reply.says("Retry-After"));
        EXPECT_NE(reply.body.find("Every place is taken."), std::string::npos);
        reply = co_await ask(get("/fail"));
        EXPECT_EQ(reply.status, 500);
        EXPECT_EQ(reply.body.find("secret"), std::string::npos);
    });
    EXPECT_TRUE(std::ranges::any_of(
        lines_, [](const auto& line) { return line.find("secret detail") != line.npos; }));
    EXPECT_EQ(counted("5xx"), 2);
}

TEST_F(HttpServer, RefusesAHostThatIsNotItsOwn) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        EXPECT_EQ(reply.status, 421);
    });
}

TEST_F(HttpServer, GivesCrossOriginHeadersOnErrorsToo) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(post("/open", "Origin: https://a.example\r\nContent-Length: 0\r\n", ""));
        EXPECT_TRUE(reply.says("Access-Control-Allow-Origin: *\r\n"));
        reply = co_await ask(get("/nowhere", "Origin: https://a.example\r\n"));
        EXPECT_EQ(reply.status, 404);
        EXPECT_TRUE(reply.says("Access-Control-Allow-Origin: *\r\n"));
        reply = co_await ask(get("/open", "Origin: https://a.example\r\n"));
        EXPECT_EQ(reply.status, 405);
        EXPECT_TRUE(reply.says("Access-Control-Allow-Origin: *\r\n"));
        reply = co_await ask(get("/hello", "Origin: https://a.example\r\n"));
        EXPECT_EQ(reply.status, 200);
        EXPECT_FALSE(reply.says("Access-Control"));
        reply = co_await ask(
            "OPTIONS /open HTTP/1.1\r\nHost: localhost\r\nOrigin: https://a.example\r\n"
            "Access-Control-Request-Method: POST\r\n\r\n");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "OK");
        EXPECT_TRUE(reply.says("Access-Control-Allow-Origin: https://a.example\r\n"));
    });
}

TEST_F(HttpServer, KeepsPagesFromElsewhereAwayWhereARouteWantsThat) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(post("/ours", "Content-Length: 2\r\n", "hi"));
        EXPECT_EQ(reply.status, 200);
        reply = co_await ask(post("/ours", "Origin: http://localhost\r\nContent-Length: 2\r\n", "hi"));
        EXPECT_EQ(reply.status, 200);
        reply = co_await ask(post("/ours", "Origin: https://a.example\r\nContent-Length: 2\r\n", "hi"));
        EXPECT_EQ(reply.status, 403);
        reply = co_await ask(post("/ours", "Origin: null\r\nContent-Length: 2\r\n", "hi"));
        EXPECT_EQ(reply.status, 403);
    });
}

// --- attacks on the framing, and limits ---

TEST_F(HttpServer, RefusesMalformedRequestsAndCloses) {
    play([&]() -> awaitable<void> {
        const std::vector<std::pair<std::string, int>> attacks{
            {"GET / HTTP/1.1\r\n\r\n", 400},
            {get("/hello", "Host: other\r\n"), 400},
            {"GET / HTTP/1.1\nHost: localhost\n\n", 400},
            {"\x16\x03\x01\x02\x03", 400},
            {get("/hello", "X : y\r\n"), 400},
            {post("/echo", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
            {post("/echo", "Content-Length: 5\r\nContent-Length: 6\r\n", "abcdef"), 400},
            {post("/echo", "Transfer-Encoding: xchunked\r\n", ""), 501},
            {"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", 505},
            {post("/echo", "Expect: magic\r\nContent-Length: 1\r\n", "a"), 417},
            {get("/" + std::string(9000, 'a')), 414},
            {get("/hello", "X: " + std::string(20'000, 'a') + "\r\n"), 431},
            {"GET /" + std::string(20'000, 'a'), 414},
            {post("/echo", "Transfer-Encoding: chunked\r\n", "zz\r\n"), 400},
            {post("/echo", "Transfer-Encoding: chunked\r\n", "5\r\nabcdefgh\r\n"), 400},
            {post("/echo", "Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\n"), 400},
            {post("/echo", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n"),
             400},
        };
        for (const auto& [attack, status] : attacks) {
            RawClient client(context_);
            co_await client.connect(port_);
            // A second request follows: whatever the first one was, this must not be answered.
            auto reply = co_await client.ask(attack + get("/hello"));
            EXPECT_EQ(reply.status, status) << attack.substr(0, 200);
            EXPECT_TRUE(reply.says("Connection: close"));
            EXPECT_NE(reply.body.find("\"request_id\""), std::string::npos);
            co_await client.say("");
            client.socket().shutdown(TcpSocket::shutdown_send);
            auto rest = co_await client.rest();
            EXPECT_EQ(rest, "") << attack.substr(0, 200);
        }
        auto reply = co_await ask(get("/hello"));
        EXPECT_EQ(reply.status, 200);
    });
}

TEST_F(HttpServer, RefusesBodiesOverTheLimitOfTheRoute) {
    play([&]() -> awaitable<void> {
        auto fits = co_await ask(post("/echo", "Content-Length: 1000\r\n", std::string(1000, 'x')));
        EXPECT_EQ(fits.status, 200);
        auto declared = co_await ask(post("/echo", "Content-Length: 1001\r\n", std::string(1001, 'x')));
        EXPECT_EQ(declared.status, 413);
        auto chunked = co_await ask(post(
            "/echo", "Transfer-Encoding: chunked\r\n",
            "1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n" + std::string(501, 'x') + "\r\n0\r\n\r\n"));
        EXPECT_EQ(chunked.status, 413);
        auto huge = co_await ask(post("/echo", "Content-Length: 999999999999\r\n", "x"));
        EXPECT_EQ(huge.status, 413);
    });
}

TEST_F(HttpServer, TakesLargeBodies) {
    router_.post("/large", echo, {.body_limit = 4 << 20});
    play([&]() -> awaitable<void> {
        std::string body(3 << 20, 'x');
        auto reply =
            co_await ask(post("/large", "Content-Length: " + std::to_string(body.size()) + "\r\n", body));
        EXPECT_EQ(reply.body.size(), body.size());
    });
}

TEST_F(HttpServer, LosesPatienceWithASlowHead) {
    options_.head_timeout = 100ms;
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.ask(get("/hello"));
        auto reply = co_await client.ask("GET /hello HT");
        EXPECT_EQ(reply.status, 408);
        auto rest = co_await client.rest();
        EXPECT_EQ(rest, "");
    });
}

TEST_F(HttpServer, LosesPatienceWithASlowBody) {
    options_.body_timeout = 100ms;
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(post("/echo", "Content-Length: 10\r\n", "abc"));
        EXPECT_EQ(reply.status, 408);
    });
}

TEST_F(HttpServer, ClosesIdleConnectionsSilently) {
    options_.keep_alive_timeout = 50ms;
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.ask(get("/hello"));
        auto rest = co_await client.rest();
        EXPECT_EQ(rest, "");
    });
}

awaitable<Response> flood(const Request&) {
    co_return text_response(200, std::string(64 << 20, 'x'));
}

TEST_F(HttpServer, DropsAClientThatTakesNothing) {
    options_.write_timeout = 100ms;
    router_.get("/flood", flood);
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say(get("/flood"));
        Timer pause(context_);
        while (metrics_.counter("repartee_http_requests_total", "", {{"status", "2xx"}}).value() < 1) {
            pause.expires_after(1ms);
            co_await pause.async_wait(use_awaitable);
        }
        auto got = co_await client.rest();
        EXPECT_LT(got.size(), 64u << 20);
    });
}

TEST_F(HttpServer, TellsOneConnectionTooManyToComeBack) {
    options_.max_connections = 1;
    play([&]() -> awaitable<void> {
        RawClient first(context_);
        co_await first.connect(port_);
        auto reply = co_await first.ask(get("/hello"));
        EXPECT_EQ(reply.status, 200);
        auto refused = co_await ask(get("/hello"));
        EXPECT_EQ(refused.status, 503);
        EXPECT_TRUE(refused.says("Retry-After"));
        reply = co_await first.ask(get("/hello"));
        EXPECT_EQ(reply.status, 200);
    });
}

TEST_F(HttpServer, SaysWhyItCannotListen) {
    play([&]() -> awaitable<void> {
        Endpoint taken{"127.0.0.1", port_};
        auto second = server_->listen(taken);
        EXPECT_TRUE(second.has_error());
        EXPECT_NE(second.error().message.find(std::to_string(port_)), std::string::npos);
        Endpoint nonsense{"nowhere", 0};
        EXPECT_TRUE(server_->listen(nonsense).has_error());
        co_return;
    });
}

// --- exchanges ---

awaitable<void> count_to_three(Exchange& exchange) {
    Response head{200, {{"Content-Type", "application/x-ndjson"}}};
    auto* writer = co_await exchange.stream(std::move(head));
    for (auto piece : {"one", "", "two", "three"}) {
        co_await writer->write(piece);
    }
}

awaitable<void> respond_at_once(Exchange& exchange) {
    auto response = text_response(201, exchange.request().body);
    co_await exchange.respond(std::move(response));
}

awaitable<void> break_off(Exchange& exchange) {
    Response head;
    auto* writer = co_await exchange.stream(std::move(head));
    co_await writer->write("begun");
    throw Failure(ErrorKind::ProviderBroke, "gone");
}

awaitable<void> refuse(Exchange&) {
    throw Failure(ErrorKind::ProviderLate, "too slow");
    co_return;
}

awaitable<void> forget(Exchange&) {
    co_return;
}

class ExchangeServer : public ServerTest {};

TEST_F(ExchangeServer, StreamsInChunks) {
    router_.exchange("GET", "/count", count_to_three);
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        for (int i = 0; i < 2; ++i) {
            auto reply = co_await client.ask(get("/count"));
            EXPECT_EQ(reply.status, 200);
            EXPECT_EQ(reply.body, "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
        }
        co_await client.say("GET /count HTTP/1.0\r\n\r\n");
        auto old = co_await client.rest();
        EXPECT_TRUE(old.ends_with("\r\n\r\nonetwothree")) << old;
    });
}

TEST_F(ExchangeServer, AnswersWhole) {
    router_.exchange("POST", "/respond", respond_at_once);
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say(post("/respond", "Content-Length: 2\r\n", "ab") +
                            post("/respond", "Content-Length: 2\r\n", "cd"));
        auto first = co_await client.reply();
        auto second = co_await client.reply();
        EXPECT_EQ(first.status, 201);
        EXPECT_EQ(first.body, "ab");
        EXPECT_EQ(second.body, "cd");
    });
}

TEST_F(ExchangeServer, TellsAFailureOrBreaksOffVisibly) {
    router_.exchange("GET", "/break", break_off);
    router_.exchange("GET", "/refuse", refuse);
    router_.exchange("GET", "/forget", forget);
    play([&]() -> awaitable<void> {
        auto refused = co_await ask(get("/refuse"));
        EXPECT_EQ(refused.status, 504);
        auto forgotten = co_await ask(get("/forget"));
        EXPECT_EQ(forgotten.status, 500);
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say(get("/break"));
        auto broken = co_await client.rest();
        EXPECT_TRUE(broken.ends_with("5\r\nbegun\r\n")) << broken;
    });
}

// Stands for an answer that takes for ever, and notes how it ended.
struct Endless {
    explicit Endless(asio::io_context& context) : signal(context, Timer::time_point::max()) {}

    awaitable<void> operator()(Exchange& exchange) {
        if (streams) {
            Response head;
            auto* writer = co_await exchange.stream(std::move(head));
            co_await writer->write("begun");
        }
        started = true;
        signal.cancel();
        Wakeup never;
        try {
            co_await never.wait();
        } catch (const boost::system::system_error&) {
            cancelled = true;
            signal.cancel();
            throw;
        }
    }

    awaitable<void> until(const bool& flag) {
        while (!flag) {
            co_await signal.async_wait(asio::as_tuple(use_awaitable));
        }
    }

    Timer signal;
    bool streams = false;
    bool started = false;
    bool cancelled = false;
};

TEST_F(ExchangeServer, CancelsTheHandlerWhenTheClientLeaves) {
    for (bool streams : {false, true}) {
        context_.restart();
        Endless endless(context_);
        endless.streams = streams;
        router_.exchange("GET", "/endless", [&](Exchange& exchange) { return endless(exchange); });
        play([&]() -> awaitable<void> {
            RawClient client(context_);
            co_await client.connect(port_);
            co_await client.say(get("/endless"));
            co_await endless.until(endless.started);
            client.leave();
            co_await endless.until(endless.cancelled);
        });
        EXPECT_TRUE(endless.cancelled);
        server_.reset();
    }
}

// Stands for a change in two steps.
struct TwoSteps {
    explicit TwoSteps(asio::io_context& context) : signal(context, Timer::time_point::max()) {}

    awaitable<Response> operator()(const Request&) {
        begun = true;
        co_await signal.async_wait(asio::as_tuple(use_awaitable));
        done = true;
        co_return text_response(200, "done");
    }

    Timer signal;
    bool begun = false;
    bool done = false;
};

TEST_F(ExchangeServer, DoesAChangeToItsEndThoughTheClientLeaves) {
    TwoSteps change(context_);
    router_.handle("DELETE", "/things/{id}", [&](const Request& request) { return change(request); });
    play([&]() -> awaitable<void> {
        auto turn_of_the_loop = [&] { return asio::post(context_, use_awaitable); };
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say("DELETE /things/7 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        while (!change.begun) {
            co_await turn_of_the_loop();
        }
        client.leave();
        for (int i = 0; i < 20; ++i) {
            co_await turn_of_the_loop();
        }
        EXPECT_FALSE(change.done);
        change.signal.cancel();
        while (!change.done) {
            co_await turn_of_the_loop();
        }
    });
    EXPECT_TRUE(change.done);
}

TEST_F(ExchangeServer, KeepsAPipelinedRequestWhileItAnswers) {
    router_.get("/hello", hello);
    router_.exchange("GET", "/count", count_to_three);
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say(get("/count") + get("/hello"));
        auto first = co_await client.reply();
        auto second = co_await client.reply();
        EXPECT_EQ(first.status, 200);
        EXPECT_EQ(second.body, "hello");
    });
}

// --- several threads ---

class ThreadedServer : public HttpServer {
protected:
    awaitable<void> visit() {
        for (int i = 0; i < 20; ++i) {
            auto reply = co_await ask(post("/echo", "Content-Length: 3\r\n", "abc"));
            answered_ += reply.body == "abc" ? 1 : 0;
        }
    }

    std::atomic<int> answered_ = 0;
};

TEST_F(ThreadedServer, ServesConnectionsOnManyThreads) {
    std::array<asio::io_context, 3> loops;
    std::vector<asio::executor_work_guard<Executor>> work;
    std::vector<std::jthread> threads;
    for (auto& loop : loops) {
        work.push_back(asio::make_work_guard(loop));
        options_.loops.push_back(loop.get_executor());
        threads.emplace_back([&] { loop.run(); });
    }
    play([&]() -> awaitable<void> {
        std::vector<Task> visitors;
        auto executor = co_await asio::this_coro::executor;
        for (int i = 0; i < 10; ++i) {
            visitors.emplace_back(executor, visit());
        }
        for (auto& visitor : visitors) {
            co_await visitor.join();
        }
    });
    work.clear();
    threads.clear();
    EXPECT_EQ(answered_, 200);
}

// --- draining ---

TEST_F(ExchangeServer, DrainingCancelsWhatIsInHandAfterTheGrace) {
    Endless endless(context_);
    router_.exchange("GET", "/endless", [&](Exchange& exchange) { return endless(exchange); });
    play([&]() -> awaitable<void> {
        RawClient busy(context_);
        RawClient idle(context_);
        co_await busy.connect(port_);
        co_await idle.connect(port_);
        auto reply = co_await idle.ask(get("/nowhere"));
        EXPECT_EQ(reply.status, 404);
        co_await busy.say(get("/endless"));
        co_await endless.until(endless.started);
        co_await server_->drain(10ms);
        EXPECT_TRUE(endless.cancelled);
        EXPECT_TRUE(server_->draining());
        auto rest = co_await idle.rest();
        EXPECT_EQ(rest, "");
        RawClient late(context_);
        auto [error] = co_await late.socket().async_connect({asio::ip::address_v4::loopback(), port_},
                                                            asio::as_tuple(use_awaitable));
        EXPECT_TRUE(error);
    });
}

struct Held {
    Wakeup go_on;
    bool started = false;

    awaitable<Response> operator()(const Request&) {
        started = true;
        co_await go_on.wait();
        co_return text_response(200, "finished");
    }
};

awaitable<void> drain_politely(Server& server) {
    co_await server.drain(20s);
}

TEST_F(ExchangeServer, DrainingLetsARequestInHandFinish) {
    Held held;
    router_.get("/held", [&](const Request& request) { return held(request); });
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        co_await client.say(get("/held"));
        Timer pause(context_);
        while (!held.started) {
            pause.expires_after(1ms);
            co_await pause.async_wait(use_awaitable);
        }
        Task draining(context_.get_executor(), drain_politely(*server_));
        while (!server_->draining()) {
            pause.expires_after(1ms);
            co_await pause.async_wait(use_awaitable);
        }
        held.go_on.wake();
        auto reply = co_await client.reply();
        EXPECT_EQ(reply.body, "finished");
        co_await draining.join();
    });
}

}  // namespace
}  // namespace repartee::net
