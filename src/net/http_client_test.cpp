#include "net/http_client.h"

#include "base/channel.h"
#include "base/task.h"
#include "base/together.h"
#include "net/test_peer.h"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace repartee::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const std::string endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n";

// Real time, put forward by hand.
class AdjustableClock final : public Clock {
public:
    TimePoint now() const override { return system_.now() + ahead_; }
    WallTime wall() const override { return system_.wall() + ahead_; }
    awaitable<void> sleep_until(TimePoint when) override { return system_.sleep_until(when - ahead_); }
    void set(const std::shared_ptr<Timer>& timer, TimePoint when) override {
        system_.set(timer, when - ahead_);
    }
    void put_forward(Duration duration) { ahead_ += duration; }

private:
    SystemClock system_;
    Duration ahead_{};
};

class HttpClientTest : public testing::Test {
protected:
    // The two sides of a test. They are named lambdas in the test, which outlives them.
    template <class ClientSide, class PeerSide>
    void run(ClientSide& client_side, PeerSide& peer_side) {
        run_to_end(context_, together(client_side(), peer_side()));
    }

    ClientRequest get(std::string_view path = "/") {
        ClientRequest request;
        request.url = peer_.url(path);
        return request;
    }

    awaitable<void> fetch_into(ClientRequest request, Response& response) {
        response = co_await client_.fetch(std::move(request));
    }

    awaitable<Error> failure_of_fetching(ClientRequest request) {
        Response ignored;
        auto attempt = fetch_into(std::move(request), ignored);
        co_return co_await failure_of(std::move(attempt));
    }

    // Fetches with the peer saying just that and closing the connection.
    Error failure_when_told(std::string bytes, std::size_t body_limit = 1000) {
        Error error;
        auto client_side = [&]() -> awaitable<void> {
            auto request = get();
            request.body_limit = body_limit;
            error = co_await failure_of_fetching(std::move(request));
        };
        auto peer_side = [&]() -> awaitable<void> {
            auto connection = co_await peer_.accept();
            co_await connection.request();
            co_await connection.say(bytes);
        };
        run(client_side, peer_side);
        return error;
    }

    asio::io_context context_;
    AdjustableClock clock_;
    TestPeer peer_{context_};
    HttpClient client_{clock_, nullptr};
};

// --- requests and replies ---

TEST_F(HttpClientTest, SendsARequestAndReadsTheReply) {
    Response response;
    std::string heard;
    auto client_side = [&]() -> awaitable<void> {
        auto request = get("/api/chat?x=1");
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}, {"content-length", "99"}};
        request.body = "{}";
        response = co_await client_.fetch(std::move(request));
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        heard = co_await connection.request();
        co_await connection.say(
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone");
    };
    run(client_side, peer_side);
    EXPECT_EQ(heard,
              fmt::format("POST /api/chat?x=1 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: repartee\r\n"
                          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
                          peer_.port()));
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.headers.get("content-type"), "text/plain");
    EXPECT_EQ(response.body, "gone");
}

TEST_F(HttpClientTest, SendsALargeBodyWhole) {
    const std::string body(3'000'001, 'b');
    std::size_t heard = 0;
    auto client_side = [&]() -> awaitable<void> {
        auto request = get();
        request.method = "POST";
        request.body = body;
        auto response = co_await client_.fetch(std::move(request));
        EXPECT_EQ(response.body, "hello");
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        auto request = co_await connection.request();
        heard = request.size() - request.find("\r\n\r\n") - 4;
        co_await connection.say(hello);
    };
    run(client_side, peer_side);
    EXPECT_EQ(heard, body.size());
}

TEST_F(HttpClientTest, YieldsABodyAsItArrives) {
    Channel<std::string> pieces(context_.get_executor(), 1);
    auto client_side = [&]() -> awaitable<void> {
        auto reply = co_await client_.send(get());
        EXPECT_EQ(reply->status(), 200);
        while (auto piece = co_await reply->next()) {
            co_await pieces.push(std::move(*piece));
        }
        pieces.close();
    };
    // Each piece is said only when the one before has been read.
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(endless);
        EXPECT_EQ(co_await pieces.next(), "one");
        co_await connection.say("3\r\ntwo\r\n");
        EXPECT_EQ(co_await pieces.next(), "two");
        co_await connection.say("0\r\n\r\n");
        auto end = co_await pieces.next();
        EXPECT_FALSE(end);
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, ReadsABodyThatEndsWithTheConnection) {
    Response response;
    auto client_side = [&]() -> awaitable<void> { response = co_await client_.fetch(get()); };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say("HTTP/1.0 200 OK\r\n\r\nhello");
    };
    run(client_side, peer_side);
    EXPECT_EQ(response.body, "hello");
}

TEST_F(HttpClientTest, NeverSendsABrokenHeader) {
    auto client_side = [&]() -> awaitable<void> {
        auto request = get();
        request.headers = {{"Authorization", "Bearer hush\r\nX-Evil: 1"}};
        auto value = co_await failure_of_fetching(request);
        EXPECT_EQ(value.kind, ErrorKind::Malformed);
        EXPECT_THAT(value.message, AllOf(HasSubstr("Authorization"), Not(HasSubstr("hush"))));
        request.headers = {{"Bad name", "x"}};
        auto name = co_await failure_of_fetching(request);
        EXPECT_EQ(name.kind, ErrorKind::Malformed);
        request.headers = {};
        request.method = "GET / HTTP/1.1\r\n";
        auto method = co_await failure_of_fetching(request);
        EXPECT_EQ(method.kind, ErrorKind::Malformed);
        request.url = "not a url";
        auto url = co_await failure_of_fetching(request);
        EXPECT_EQ(url.kind, ErrorKind::Malformed);
    };
    run_to_end(context_, client_side());
}

// --- connections used again ---

TEST_F(HttpClientTest, UsesAConnectionAgain) {
    auto client_side = [&]() -> awaitable<void> {
        for (int count = 0; count < 3; ++count) {
            auto response = co_await client_.fetch(get());
            EXPECT_EQ(response.body, "hello");
        }
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        for (int count = 0; count < 3; ++count) {
            co_await connection.request();
            co_await connection.say(hello);
        }
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, DoesNotUseAConnectionAgainThatThePeerWantsClosed) {
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        co_await client_.fetch(get());
    };
    auto peer_side = [&]() -> awaitable<void> {
        for (int count = 0; count < 2; ++count) {
            auto connection = co_await peer_.accept();
            co_await connection.request();
            co_await connection.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            co_await connection.until_closed();
        }
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, ForgetsAConnectionThatWasIdleForLong) {
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        clock_.put_forward(31s);
        co_await client_.fetch(get());
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto first = co_await peer_.accept();
        co_await first.request();
        co_await first.say(hello);
        co_await first.until_closed();
        auto second = co_await peer_.accept();
        co_await second.request();
        co_await second.say(hello);
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, ReplacesAConnectionThatWasClosedWhileItWasIdle) {
    Channel<int> closed(context_.get_executor(), 1);
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        co_await closed.next();
        auto response = co_await client_.fetch(get());
        EXPECT_EQ(response.body, "hello");
    };
    auto peer_side = [&]() -> awaitable<void> {
        for (int count = 0; count < 2; ++count) {
            {
                auto connection = co_await peer_.accept();
                co_await connection.request();
                co_await connection.say(hello);
            }
            co_await closed.push(count);
        }
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, ReplacesAKeptConnectionThatDiesOverTheRequest) {
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        auto response = co_await client_.fetch(get());
        EXPECT_EQ(response.body, "hello");
    };
    auto peer_side = [&]() -> awaitable<void> {
        {
            auto connection = co_await peer_.accept();
            co_await connection.request();
            co_await connection.say(hello);
            co_await connection.request();
        }
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(hello);
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, NeverRepeatsARequestThatHasAConnectionOfItsOwn) {
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        auto alone = get();
        alone.headers.set("Connection", "close");
        auto again = alone;
        auto response = co_await client_.fetch(std::move(alone));
        EXPECT_EQ(response.body, "hello");
        auto error = co_await failure_of_fetching(std::move(again));
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto kept = co_await peer_.accept();
        co_await kept.request();
        co_await kept.say(hello);
        auto own = co_await peer_.accept();
        co_await own.request();
        co_await own.say(hello);  // and would go on, did the client not close
        co_await own.until_closed();
        auto dying = co_await peer_.accept();
        co_await dying.request();
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, DoesNotRepeatARequestOnceTheAnswerHasBegun) {
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        auto error = co_await failure_of_fetching(get());
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(hello);
        co_await connection.request();
        co_await connection.say("HTTP/1.1 2");
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, ReplacesAConnectionOnlyOnce) {
    auto client_side = [&]() -> awaitable<void> {
        co_await client_.fetch(get());
        auto error = co_await failure_of_fetching(get());
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
        EXPECT_THAT(error.message, HasSubstr("without an answer"));
    };
    auto peer_side = [&]() -> awaitable<void> {
        {
            auto connection = co_await peer_.accept();
            co_await connection.request();
            co_await connection.say(hello);
            co_await connection.request();
        }
        auto connection = co_await peer_.accept();
        co_await connection.request();
    };
    run(client_side, peer_side);
}

// --- what goes wrong ---

TEST_F(HttpClientTest, SaysThatNobodyAnswers) {
    std::uint16_t free_port = 0;
    {
        TestPeer gone(context_);
        free_port = gone.port();
    }
    auto client_side = [&]() -> awaitable<void> {
        ClientRequest request;
        request.url = fmt::format("http://localhost:{}/api", free_port);
        auto error = co_await failure_of_fetching(std::move(request));
        EXPECT_EQ(error.kind, ErrorKind::Unavailable);
        EXPECT_EQ(error.message, fmt::format("Nobody answers at localhost:{}.", free_port));
        EXPECT_THAT(error.detail, AllOf(HasSubstr("127.0.0.1: "), HasSubstr("::1: ")));
    };
    run_to_end(context_, client_side());
}

TEST_F(HttpClientTest, SaysThatANameIsUnknown) {
    auto client_side = [&]() -> awaitable<void> {
        ClientRequest request;
        request.url = "http://no-such-host.invalid/";  // reserved: never exists
        auto error = co_await failure_of_fetching(std::move(request));
        EXPECT_EQ(error.kind, ErrorKind::Unavailable);
        EXPECT_THAT(error.message, HasSubstr("no-such-host.invalid"));
    };
    run_to_end(context_, client_side());
}

TEST_F(HttpClientTest, GivesUpOnAPeerThatDoesNotBeginToAnswer) {
    auto client_side = [&]() -> awaitable<void> {
        auto request = get();
        request.first_byte_timeout = 20ms;
        auto error = co_await failure_of_fetching(std::move(request));
        EXPECT_EQ(error.kind, ErrorKind::ProviderLate);
        EXPECT_THAT(error.message, StartsWith(fmt::format("127.0.0.1:{} ", peer_.port())));
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.until_closed();
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, GivesUpOnAPeerThatStopsInTheMiddle) {
    auto client_side = [&]() -> awaitable<void> {
        auto request = get();
        request.progress_timeout = 20ms;
        auto error = co_await failure_of_fetching(std::move(request));
        EXPECT_EQ(error.kind, ErrorKind::ProviderLate);
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(endless);
        co_await connection.until_closed();
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, GivesUpOnAPeerThatTakesNothing) {
    auto client_side = [&]() -> awaitable<void> {
        auto request = get();
        request.method = "POST";
        request.body = std::string(32 << 20, 'x');  // more than any socket buffers
        request.progress_timeout = 50ms;
        auto error = co_await failure_of_fetching(std::move(request));
        EXPECT_EQ(error.kind, ErrorKind::ProviderLate);
    };
    std::optional<PlainStream> deaf;
    auto peer_side = [&]() -> awaitable<void> { deaf.emplace(co_await peer_.accept_socket()); };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, NoticesAnAnswerThatBreaksOff) {
    for (auto told : {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhell", "HTTP/1.1 200 OK\r\nContent-Le",
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n", ""}) {
        EXPECT_EQ(failure_when_told(told).kind, ErrorKind::ProviderBroke) << told;
    }
}

TEST_F(HttpClientTest, NoticesWhatIsNotHttp) {
    auto error = failure_when_told("SSH-2.0-OpenSSH_9.2\r\n");
    EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(error.message, HasSubstr("HTTP"));
}

TEST_F(HttpClientTest, StopsAtTheLimitOfTheBody) {
    EXPECT_EQ(failure_when_told(hello, 4).kind, ErrorKind::TooLarge);
    EXPECT_EQ(failure_when_told(endless + "3\r\ntwo\r\n0\r\n\r\n", 4).kind, ErrorKind::TooLarge);
    EXPECT_EQ(failure_when_told("HTTP/1.1 200 OK\r\n\r\nhello", 4).kind, ErrorKind::TooLarge);
}

// --- stopping ---

TEST_F(HttpClientTest, CancellingWhileItWaitsForTheHeadClosesTheConnection) {
    bool aborted = false;
    auto ask = [&]() -> awaitable<void> {
        try {
            co_await client_.send(get());
        } catch (const boost::system::system_error& error) {
            aborted = error.code() == asio::error::operation_aborted;
            throw;
        }
    };
    auto peer_side = [&]() -> awaitable<void> {
        Task asking(co_await asio::this_coro::executor, ask());
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await asking.stop();
        co_await connection.until_closed();
    };
    run_to_end(context_, peer_side());
    EXPECT_TRUE(aborted);
}

TEST_F(HttpClientTest, CancellingWhileItWaitsForTheBodyClosesTheConnection) {
    std::unique_ptr<ClientReply> reply;
    Channel<std::string> pieces(context_.get_executor(), 1);
    auto ask = [&]() -> awaitable<void> {
        reply = co_await client_.send(get());
        while (auto piece = co_await reply->next()) {
            co_await pieces.push(std::move(*piece));
        }
    };
    auto peer_side = [&]() -> awaitable<void> {
        Task asking(co_await asio::this_coro::executor, ask());
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(endless);
        EXPECT_EQ(co_await pieces.next(), "one");
        co_await asking.stop();
        // The reply is still there; its connection is not.
        co_await connection.until_closed();
        auto again = reply->next();
        auto ignoring = [](awaitable<std::optional<std::string>> next) -> awaitable<void> {
            co_await std::move(next);
        };
        auto error = co_await failure_of(ignoring(std::move(again)));
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    };
    run_to_end(context_, peer_side());
}

TEST_F(HttpClientTest, DestroyingAnUnfinishedReplyClosesItsConnection) {
    auto client_side = [&]() -> awaitable<void> {
        auto reply = co_await client_.send(get());
        auto first = co_await reply->next();
        EXPECT_EQ(first, "one");
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(endless);
        co_await connection.until_closed();
    };
    run(client_side, peer_side);
}

TEST_F(HttpClientTest, AReplyMayOutliveItsClient) {
    auto client = std::make_unique<HttpClient>(clock_, nullptr);
    auto client_side = [&]() -> awaitable<void> {
        auto reply = co_await client->send(get());
        client.reset();
        auto piece = co_await reply->next();
        EXPECT_EQ(piece, "hello");
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(hello);
    };
    run(client_side, peer_side);
}

// --- many loops ---

// What happens on the threads of several loops is checked by ThreadSanitizer; here it is only counted.
TEST_F(HttpClientTest, ServesManyLoopsAtOnce) {
    constexpr int askers = 8;
    constexpr int requests = 50;
    std::array<asio::io_context, 4> loops;
    std::vector<std::jthread> threads;
    TestPeer peer(context_);
    HttpClient client(clock_, nullptr);
    std::atomic<int> answered = 0;
    std::atomic<int> accepted = 0;

    auto serve = [](PeerConnection connection) -> awaitable<void> {
        while (!(co_await connection.request()).empty()) {
            co_await connection.say(hello);
        }
    };
    std::vector<Task> serving;
    auto accept = [&]() -> awaitable<void> {
        for (;;) {
            auto connection = co_await peer.accept();
            ++accepted;
            serving.emplace_back(co_await asio::this_coro::executor, serve(std::move(connection)));
        }
    };
    auto ask = [&]() -> awaitable<void> {
        for (int count = 0; count < requests; ++count) {
            ClientRequest request;
            request.url = peer.url();
            auto response = co_await client.fetch(std::move(request));
            answered += response.body == "hello";
        }
    };
    auto everything = [&]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Task accepting(executor, accept());
        Channel<int> ended(executor, askers);
        for (std::size_t asker = 0; asker < askers; ++asker) {
            asio::co_spawn(loops[asker % loops.size()], ask(), [&, executor](std::exception_ptr failure) {
                EXPECT_FALSE(failure);
                asio::post(executor, [&] { ended.try_push(0); });
            });
        }
        for (auto& loop : loops) {
            threads.emplace_back([&] { loop.run(); });
        }
        for (int asker = 0; asker < askers; ++asker) {
            co_await ended.next();
        }
        co_await accepting.stop();
    };
    run_to_end(context_, everything());
    threads.clear();
    EXPECT_EQ(answered, askers * requests);
    EXPECT_LE(accepted, askers);
}

// --- WebSockets ---

TEST_F(HttpClientTest, OpensAWebSocket) {
    std::string head;
    auto client_side = [&]() -> awaitable<void> {
        Headers headers{{"X-Kind", "test"}};
        auto socket = co_await client_.connect(fmt::format("ws://127.0.0.1:{}/ws?a=1", peer_.port()),
                                               std::move(headers));
        co_await socket->send_text("hello");
        auto answer = co_await socket->receive();
        EXPECT_TRUE(answer && answer->data == "hello yourself");
        co_await socket->close(CloseCode::Normal);
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto socket = co_await peer_.accept_websocket(clock_, head);
        auto message = co_await socket->receive();
        EXPECT_TRUE(message && message->data == "hello");
        co_await socket->send_text("hello yourself");
        auto end = co_await socket->receive();
        EXPECT_FALSE(end);
    };
    run(client_side, peer_side);
    EXPECT_THAT(head, StartsWith("GET /ws?a=1 HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("X-Kind: test\r\n"));
}

TEST_F(HttpClientTest, GivesWhatWasAnsweredInsteadOfAWebSocket) {
    std::optional<Response> answer;
    auto client_side = [&]() -> awaitable<void> {
        try {
            co_await client_.connect(fmt::format("ws://127.0.0.1:{}/ws", peer_.port()));
        } catch (const HandshakeRefused& refused) {
            answer = refused.answer();
        }
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 9\r\n\r\ntoo many.");
    };
    run(client_side, peer_side);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 429);
    EXPECT_EQ(answer->headers.get("retry-after"), "1");
    EXPECT_EQ(answer->body, "too many.");
}

TEST_F(HttpClientTest, SaysHowAWebSocketWasRefused) {
    auto attempt = [&]() -> awaitable<void> {
        co_await client_.connect(fmt::format("ws://127.0.0.1:{}/ws", peer_.port()));
    };
    auto client_side = [&]() -> awaitable<void> {
        auto error = co_await failure_of(attempt());
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
        EXPECT_THAT(error.message, HasSubstr("403"));
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer_.accept();
        co_await connection.request();
        co_await connection.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    };
    run(client_side, peer_side);
}

}  // namespace
}  // namespace repartee::net
