// For tests of engines that talk over WebSockets: a server on a free loopback port that plays one story
// for each connection, and remembers what it heard. Lives on the test's own loop; no threads.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/sockets.h"
#include "net/beast_websocket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace repartee::engines {

// One connection, as its story sees it.
struct PeerTalk {
    std::string head;  // of the handshake
    std::unique_ptr<net::WebSocket> socket;
    std::vector<net::WsMessage> heard;
    bool gone = false;  // the client has closed the connection

    // The next message; nothing when the client has gone.
    awaitable<std::optional<net::WsMessage>> hear() {
        if (!socket) {
            co_return std::nullopt;
        }
        auto message = co_await socket->receive();
        if (message) {
            heard.push_back(*message);
        } else {
            gone = true;
        }
        co_return message;
    }

    // Whatever comes, until the client has gone.
    awaitable<void> hear_out() {
        while (auto message = co_await hear()) {
        }
    }

    awaitable<void> say(std::string text) {
        if (socket) {
            co_await socket->send_text(std::move(text));
        }
    }

    // Lets the connection go without a word.
    void break_off() { socket.reset(); }

    std::size_t bytes_of_sound() const {
        std::size_t bytes = 0;
        for (const auto& message : heard) {
            bytes += message.binary ? message.data.size() : 0;
        }
        return bytes;
    }
    // The texts, in order.
    std::vector<std::string> words() const {
        std::vector<std::string> texts;
        for (const auto& message : heard) {
            if (!message.binary) {
                texts.push_back(message.data);
            }
        }
        return texts;
    }
};

class TalkingPeer {
public:
    // No capturing lambda: its captures would not live as long as the story.
    using Story = std::function<awaitable<void>(std::shared_ptr<PeerTalk>)>;

    TalkingPeer(asio::io_context& context, Clock& clock) : TalkingPeer(context.get_executor(), clock) {}
    TalkingPeer(const Executor& executor, Clock& clock)
        : acceptor_(executor, {asio::ip::address_v4::loopback(), 0}), clock_(clock) {
        asio::co_spawn(executor, accept(), asio::detached);  // ends with the test's loop
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port()); }

    // One for each connection in order, then the last again and again. Without one a connection is open,
    // and silent.
    std::deque<Story> stories;

    // Answers to handshakes instead of a WebSocket, one each, first.
    std::deque<std::string> refusals;

    std::vector<std::shared_ptr<PeerTalk>> talks;  // those that became WebSockets
    int connections = 0;

    // Nobody listens any more.
    void close() { acceptor_.close(); }

    // Before the test ends: lets all connections go as soon as the loop runs, which comes to its end then.
    void shut_down() {
        asio::post(acceptor_.get_executor(), [this] {
            close();
            for (const auto& talk : talks) {
                talk->gone = true;
                talk->break_off();
            }
        });
    }

private:
    awaitable<void> accept() {
        for (;;) {
            auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(use_awaitable));
            if (error) {
                co_return;
            }
            ++connections;
            socket.set_option(asio::ip::tcp::no_delay(true));
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
        }
    }

    awaitable<void> serve(TcpSocket socket) {
        auto talk = std::make_shared<PeerTalk>();
        co_await asio::async_read_until(socket, asio::dynamic_buffer(talk->head), "\r\n\r\n",
                                        asio::as_tuple(use_awaitable));
        if (!refusals.empty()) {
            auto refusal = std::move(refusals.front());
            refusals.pop_front();
            co_await asio::async_write(socket, asio::buffer(refusal), asio::as_tuple(use_awaitable));
            co_return;
        }
        net::Request request;
        request.host = "localhost";
        const std::string key = "Sec-WebSocket-Key: ";
        auto at = talk->head.find(key);
        if (at == std::string::npos) {
            co_return;
        }
        at += key.size();
        request.headers.add("Sec-WebSocket-Key", talk->head.substr(at, talk->head.find("\r\n", at) - at));
        request.headers.add("Sec-WebSocket-Version", "13");
        net::WebSocketOptions options;
        talk->socket = co_await net::accept_websocket(std::move(socket), request, clock_, options);
        if (!talk->socket) {
            co_return;
        }
        talks.push_back(talk);
        Story story;
        if (!stories.empty()) {
            story = stories.front();
            if (stories.size() > 1) {
                stories.pop_front();
            }
        }
        if (story) {
            auto telling = story(talk);
            co_await std::move(telling);
        }
        if (talk->socket && !talk->gone) {
            co_await talk->hear_out();
        }
    }

    TcpAcceptor acceptor_;
    Clock& clock_;
};

inline std::string refusal_with(int status, std::string_view body = "", std::string_view headers = "") {
    return fmt::format("HTTP/1.1 {} Whatever\r\n{}Content-Length: {}\r\n\r\n{}", status, headers, body.size(),
                       body);
}

}  // namespace repartee::engines
