#include "base/bell.h"
#include "base/task.h"
#include "net/beast_websocket.h"
#include "net/server.h"
#include "net/test_server.h"
#include "net/wakeup.h"

#include <fmt/format.h>

namespace repartee::net {
namespace {

awaitable<void> answer_in_kind(WebSocket& socket, const Request&) {
    while (auto message = co_await socket.receive()) {
        if (message->data == "bye") {
            co_return;
        }
        if (message->data == "fail") {
            throw std::logic_error("handler failed");
        }
        if (message->binary) {
            co_await socket.send_binary(std::move(message->data));
        } else {
            co_await socket.send_text(std::move(message->data));
        }
    }
}

std::optional<Response> only_with_token(const Request& request) {
    if (request.parameter("token") == "yes") {
        return std::nullopt;
    }
    return error_response(request, 401, "unauthenticated", "A token, please.");
}

std::string handshake(std::string_view path = "/echo", std::string_view headers = "") {
    return fmt::format(
        "GET {} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{}\r\n",
        path, headers);
}

// A client's frame with an all-zero mask, which leaves the payload readable. First byte: 0x80 last
// frame + opcode.
std::string frame(unsigned char first, std::string_view payload) {
    std::string bytes{static_cast<char>(first)};
    if (payload.size() < 126) {
        bytes += static_cast<char>(0x80 | payload.size());
    } else {
        bool is_long = payload.size() > 0xffff;
        bytes += static_cast<char>(0x80 | (is_long ? 127 : 126));
        for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) {
            bytes += static_cast<char>(payload.size() >> shift & 0xff);
        }
    }
    return bytes.append(4, '\0').append(payload);
}

std::string closing(std::uint16_t code) {
    return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
}

constexpr unsigned char text_frame = 0x81;
constexpr unsigned char binary_frame = 0x82;
constexpr unsigned char close_frame = 0x88;
constexpr unsigned char ping_frame = 0x89;
constexpr unsigned char pong_frame = 0x8a;

// What the server sent in one unmasked frame of at most 125 bytes.
struct Heard {
    unsigned char first = 0;
    std::string payload;

    int close_code() const {
        return first != close_frame || payload.size() < 2
                   ? 0
                   : static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    }
};

awaitable<Heard> hear(RawClient& client) {
    Heard heard;
    auto head = co_await client.take(2);
    if (head.size() == 2) {
        heard.first = static_cast<unsigned char>(head[0]);
        heard.payload = co_await client.take(static_cast<unsigned char>(head[1]));
    }
    co_return heard;
}

awaitable<std::optional<Response>> look_into_the_book(const Request& request) {
    Timer book(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
    co_await book.async_wait(use_awaitable);
    if (request.parameter("name") == "nobody") {
        throw Failure(ErrorKind::Unavailable, "The book cannot be found.");
    }
    if (request.parameter("name") != "guest") {
        co_return error_response(request, 403, "forbidden", "Not in the book.");
    }
    co_return std::nullopt;
}

class WebSocketServer : public ServerTest {
protected:
    WebSocketServer() {
        router_.websocket("/echo", nullptr, answer_in_kind, {.message_limit = 1000});
        router_.websocket("/guarded", only_with_token, answer_in_kind);
        router_.admitted_websocket("/admitted", look_into_the_book, answer_in_kind);
    }

    awaitable<std::unique_ptr<RawClient>> connected(std::string_view path = "/echo") {
        auto client = std::make_unique<RawClient>(context_);
        co_await client->connect(port_);
        auto reply = co_await client->ask(handshake(path));
        EXPECT_EQ(reply.status, 101);
        co_return client;
    }

    // Sends one frame and returns the close code that answers it.
    awaitable<int> fate_of(std::string bytes) {
        auto client = co_await connected();
        co_await client->say(std::move(bytes));
        auto heard = co_await hear(*client);
        client->socket().shutdown(TcpSocket::shutdown_send);
        auto rest = co_await client->rest();
        EXPECT_EQ(rest, "");
        co_return heard.close_code();
    }
};

TEST_F(WebSocketServer, ShakesHands) {
    play([&]() -> awaitable<void> {
        RawClient client(context_);
        co_await client.connect(port_);
        auto reply = co_await client.ask(handshake());
        EXPECT_EQ(reply.status, 101);
        EXPECT_TRUE(reply.says("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
        EXPECT_FALSE(reply.says("Sec-WebSocket-Extensions"));
    });
}

TEST_F(WebSocketServer, LooksIntoTheBookBeforeTheHandshake) {
    play([&]() -> awaitable<void> {
        for (auto [name, status] :
             {std::pair("guest", 101), std::pair("stranger", 403), std::pair("nobody", 503)}) {
            RawClient client(context_);
            co_await client.connect(port_);
            auto reply = co_await client.ask(handshake(fmt::format("/admitted?name={}", name)));
            EXPECT_EQ(reply.status, status) << name;
        }
    });
}

TEST_F(WebSocketServer, EchoesTextAndBinary) {
    play([&]() -> awaitable<void> {
        auto client = co_await connected();
        co_await client->say(frame(text_frame, "caf\xc3\xa9") + frame(binary_frame, "\xff\x01") +
                             frame(text_frame, ""));
        auto text = co_await hear(*client);
        auto binary = co_await hear(*client);
        auto empty = co_await hear(*client);
        EXPECT_EQ(text.first, text_frame);
        EXPECT_EQ(text.payload, "caf\xc3\xa9");
        EXPECT_EQ(binary.first, binary_frame);
        EXPECT_EQ(binary.payload, "\xff\x01");
        EXPECT_EQ(empty.payload, "");
    });
}

TEST_F(WebSocketServer, PutsFragmentsTogetherAroundAPing) {
    play([&]() -> awaitable<void> {
        auto client = co_await connected();
        co_await client->say(frame(0x01, "ab") + frame(ping_frame, "?") + frame(0x80, "cd"));
        auto pong = co_await hear(*client);
        auto text = co_await hear(*client);
        EXPECT_EQ(pong.first, pong_frame);
        EXPECT_EQ(pong.payload, "?");
        EXPECT_EQ(text.payload, "abcd");
    });
}

TEST_F(WebSocketServer, ClosesNormallyWhenTheHandlerReturns) {
    play([&]() -> awaitable<void> {
        auto code = co_await fate_of(frame(text_frame, "bye"));
        EXPECT_EQ(code, 1000);
    });
}

TEST_F(WebSocketServer, ClosesWith1011WhenTheHandlerFails) {
    play([&]() -> awaitable<void> {
        auto code = co_await fate_of(frame(text_frame, "fail"));
        EXPECT_EQ(code, 1011);
    });
    EXPECT_TRUE(std::ranges::any_of(
        lines_, [](const auto& line) { return line.find("handler failed") != line.npos; }));
}

TEST_F(WebSocketServer, AnswersACloseWithItsCode) {
    play([&]() -> awaitable<void> {
        auto code = co_await fate_of(frame(close_frame, closing(1001) + "leaving"));
        EXPECT_EQ(code, 1001);
    });
}

TEST_F(WebSocketServer, ClosesOnBreachesOfTheProtocol) {
    play([&]() -> awaitable<void> {
        std::string masked = frame(text_frame, "a");
        std::string unmasked{'\x81', '\x01', 'a'};
        std::string huge_promise{'\x82', '\xff', '\x7f', '\0', '\0', '\0', '\0', '\0', '\0', '\0'};
        const std::vector<std::pair<std::string, int>> breaches{
            {frame(binary_frame, std::string(1001, 'x')), 1009},
            {frame(binary_frame, std::string(3'000'000, 'x')), 1009},  // who still sends hears the goodbye
            {frame(0x02, std::string(600, 'x')) + frame(0x80, std::string(600, 'x')), 1009},
            {frame(text_frame, "\xff\xfe"), 1007},
            {frame(text_frame, "\xc3"), 1007},
            {unmasked, 1002},
            {frame(0xc1, "a"), 1002},         // a reserved bit
            {frame(0x83, "a"), 1002},         // an unknown opcode
            {frame(0x80, "a"), 1002},         // a continuation of nothing
            {frame(0x09, "a"), 1002},         // a fragmented ping
            {frame(close_frame, "a"), 1002},  // half a close code
            {frame(close_frame, closing(1005)), 1002},
            {frame(0x01, "a") + frame(text_frame, "b"), 1002},
        };
        for (const auto& [bytes, expected] : breaches) {
            auto code = co_await fate_of(bytes);
            EXPECT_EQ(code, expected) << testing::PrintToString(bytes.substr(0, 20));
        }
        auto fine = co_await connected();
        co_await fine->say(frame(binary_frame, std::string(100, 'x')));
        auto echoed = co_await hear(*fine);
        EXPECT_EQ(echoed.payload.size(), 100u);
    });
}

TEST_F(WebSocketServer, RefusesHandshakesBeforeThe101) {
    play([&]() -> awaitable<void> {
        auto reply = co_await ask(handshake("/unknown"));
        EXPECT_EQ(reply.status, 403);
        reply = co_await ask(handshake("/echo", "Origin: https://evil.example\r\n"));
        EXPECT_EQ(reply.status, 403);
        reply = co_await ask(handshake("/echo", "Origin: http://localhost:3000\r\n"));
        EXPECT_EQ(reply.status, 101);
        reply = co_await ask(handshake("/guarded"));
        EXPECT_EQ(reply.status, 401);
        reply = co_await ask(handshake("/guarded?token=yes"));
        EXPECT_EQ(reply.status, 101);
        reply = co_await ask(handshake() + frame(text_frame, "early"));
        EXPECT_EQ(reply.status, 400);
        auto old = handshake();
        old.replace(old.find(": 13"), 4, ": 8");
        reply = co_await ask(old);
        EXPECT_EQ(reply.status, 426);
        EXPECT_TRUE(reply.says("Sec-WebSocket-Version: 13"));
        auto without_key = handshake();
        without_key.replace(without_key.find("dGhl"), 4, "####");
        reply = co_await ask(without_key);
        EXPECT_EQ(reply.status, 400);
    });
}

TEST_F(WebSocketServer, PingsASilentPeerAndDropsItInTheEnd) {
    options_.websocket_ping_interval = 50ms;
    play([&]() -> awaitable<void> {
        auto client = co_await connected();
        auto ping = co_await hear(*client);
        EXPECT_EQ(ping.first, ping_frame);
        co_await client->say(frame(pong_frame, ""));
        ping = co_await hear(*client);
        EXPECT_EQ(ping.first, ping_frame);
        auto rest = co_await client->rest();
        EXPECT_EQ(rest, "");
    });
}

TEST_F(WebSocketServer, NoticesAPeerThatVanishes) {
    play([&]() -> awaitable<void> {
        auto client = co_await connected();
        client->leave();
        Timer pause(context_);
        while (server_->connections() > 0) {
            pause.expires_after(1ms);
            co_await pause.async_wait(use_awaitable);
        }
    });
}

TEST_F(WebSocketServer, DrainsWith1012) {
    play([&]() -> awaitable<void> {
        auto client = co_await connected();
        EXPECT_EQ(metrics_.gauge("repartee_websockets", "").value(), 1);
        Task draining(context_.get_executor(), server_->drain(1ms));
        auto heard = co_await hear(*client);
        EXPECT_EQ(heard.close_code(), 1012);
        co_await client->say(frame(close_frame, closing(1012)));
        client->socket().shutdown(TcpSocket::shutdown_send);
        co_await client->rest();
        co_await draining.join();
    });
    EXPECT_EQ(metrics_.gauge("repartee_websockets", "").value(), 0);
}

awaitable<void> stay_until_draining(WebSocket& socket, const Request&) {
    co_await socket.send_text("waiting");
    Bell draining;
    auto watch = socket.when_draining([&] { draining.ring(); });
    co_await draining.wait();
    co_await socket.send_text("farewell");
}

TEST_F(WebSocketServer, LetsAHandlerFinishWhenDraining) {
    router_.websocket("/polite", nullptr, stay_until_draining);
    play([&]() -> awaitable<void> {
        auto client = co_await connected("/polite");
        auto heard = co_await hear(*client);
        EXPECT_EQ(heard.payload, "waiting");
        Task draining(context_.get_executor(), server_->drain(20s));
        heard = co_await hear(*client);
        EXPECT_EQ(heard.payload, "farewell");
        heard = co_await hear(*client);
        EXPECT_EQ(heard.close_code(), 1012);
        co_await client->say(frame(close_frame, closing(1012)));
        client->socket().shutdown(TcpSocket::shutdown_send);
        co_await client->rest();
        co_await draining.join();
    });
}

awaitable<void> stay_until_closed(WebSocket& socket, const Request&) {
    socket.close_at(TimePoint{}, CloseCode::Normal, "time is over");
    auto message = co_await socket.receive();
    EXPECT_FALSE(message);
}

TEST_F(WebSocketServer, SaysGoodbyeWhenTheTimeIsOver) {
    router_.websocket("/brief", nullptr, stay_until_closed);
    play([&]() -> awaitable<void> {
        auto client = co_await connected("/brief");
        auto heard = co_await hear(*client);
        EXPECT_EQ(heard.close_code(), 1000);
        EXPECT_EQ(heard.payload.substr(2), "time is over");
        co_await client->say(frame(close_frame, closing(1000)));
        co_await client->rest();
    });
    EXPECT_EQ(metrics_.gauge("repartee_websockets", "").value(), 0);
}

// --- the sockets themselves, both roles talking to each other ---

awaitable<std::unique_ptr<WebSocket>> dial(asio::io_context& context, std::uint16_t port, std::string target,
                                           Clock& clock) {
    PlainStream stream(context.get_executor());
    co_await stream.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
    Headers headers;
    WebSocketOptions options;
    co_return co_await open_websocket(std::move(stream), "localhost", std::move(target), std::move(headers),
                                      clock, options);
}

// Receives one message into `heard`, or is cancelled.
awaitable<void> receive_into(WebSocket& socket, std::optional<WsMessage>& heard) {
    heard = co_await socket.receive();
}

class BothEnds : public WebSocketServer {};

TEST_F(BothEnds, TalkAndSayGoodbye) {
    play([&]() -> awaitable<void> {
        auto socket = co_await dial(context_, port_, "/echo", clock_);
        bool sent = co_await socket->send_text("hello");
        EXPECT_TRUE(sent);
        auto answer = co_await socket->receive();
        EXPECT_EQ(answer.value().data, "hello");
        EXPECT_FALSE(answer.value().binary);
        EXPECT_TRUE(socket->is_open());
        co_await socket->send_text("bye");
        answer = co_await socket->receive();
        EXPECT_FALSE(answer.has_value());
        EXPECT_EQ(socket->close_code(), 1000);
        EXPECT_FALSE(socket->is_open());
        sent = co_await socket->send_text("anyone?");
        EXPECT_FALSE(sent);
        co_await socket->close(CloseCode::Normal);
        co_await socket->close(CloseCode::Normal);
    });
}

TEST_F(BothEnds, ARefusedHandshakeSaysItsStatus) {
    play([&]() -> awaitable<void> {
        std::string message;
        try {
            co_await dial(context_, port_, "/unknown", clock_);
        } catch (const Failure& failure) {
            message = failure.what();
        }
        EXPECT_NE(message.find("403"), std::string::npos) << message;
    });
}

TEST_F(BothEnds, ACancelledReceiveLosesNothing) {
    play([&]() -> awaitable<void> {
        auto socket = co_await dial(context_, port_, "/echo", clock_);
        std::optional<WsMessage> heard;
        for (int i = 0; i < 3; ++i) {
            Task receiving(co_await asio::this_coro::executor, receive_into(*socket, heard));
            co_await asio::post(context_, use_awaitable);
            receiving.cancel();
            co_await receiving.join();
        }
        EXPECT_FALSE(heard);
        co_await socket->send_text("still there?");
        auto answer = co_await socket->receive();
        EXPECT_EQ(answer.value().data, "still there?");
    });
}

awaitable<void> send_it(WebSocket& socket, std::string bytes) {
    co_await socket.send_binary(std::move(bytes));
}

TEST_F(BothEnds, ACancelledSendLeavesWholeFrames) {
    router_.websocket("/deaf", nullptr, [](WebSocket& socket, const Request&) -> awaitable<void> {
        // Hears nothing until it is told, over another socket, by being cancelled or closed.
        auto first = co_await socket.receive();
        auto second = co_await socket.receive();
        if (first && second) {
            co_await socket.send_text(std::to_string(first->data.size()) + " " + second->data);
        }
    });
    play([&]() -> awaitable<void> {
        auto socket = co_await dial(context_, port_, "/deaf", clock_);
        auto executor = co_await asio::this_coro::executor;
        Task sending(executor, send_it(*socket, std::string(8 << 20, 'x')));
        Task queued(executor, send_it(*socket, "never begun"));
        co_await asio::post(context_, use_awaitable);
        queued.cancel();
        sending.cancel();
        co_await queued.join();
        co_await sending.join();
        co_await socket->send_text("after");
        auto answer = co_await socket->receive();
        EXPECT_EQ(answer.value().data, "8388608 after");
    });
}

TEST_F(BothEnds, SendersQueueBehindEachOther) {
    play([&]() -> awaitable<void> {
        auto socket = co_await dial(context_, port_, "/echo", clock_);
        auto executor = co_await asio::this_coro::executor;
        std::vector<Task> senders;
        for (int i = 0; i < 5; ++i) {
            senders.emplace_back(executor, send_it(*socket, std::string(i + 1, 'x')));
        }
        for (std::size_t i = 1; i <= 5; ++i) {
            auto answer = co_await socket->receive();
            EXPECT_EQ(answer.value().data.size(), i);
        }
        for (auto& sender : senders) {
            co_await sender.join();
        }
    });
}

TEST_F(BothEnds, AMessageLongerThanAnyBufferArrivesWhole) {
    router_.websocket("/large", nullptr, answer_in_kind, {.message_limit = 4 << 20});
    play([&]() -> awaitable<void> {
        auto socket = co_await dial(context_, port_, "/large", clock_);
        std::string large(3 << 20, 'x');
        for (std::size_t i = 0; i < large.size(); ++i) {
            large[i] = static_cast<char>('a' + i % 23);
        }
        co_await socket->send_binary(large);
        auto answer = co_await socket->receive();
        EXPECT_EQ(answer.value().data == large, true);
    });
}

}  // namespace
}  // namespace repartee::net
