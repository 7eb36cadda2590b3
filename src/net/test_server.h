// For tests of the server: a real one on a free loopback port, and a client that says exactly what
// a test lets it say.
#pragma once

#include "base/sockets.h"
#include "net/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace repartee::net {

struct Reply {
    int status = 0;    // 0: the connection ended before a head was complete
    std::string head;  // with the status line
    std::string body;  // by Content-Length; chunks as they were sent, in their coding

    bool says(std::string_view text) const { return head.find(text) != std::string::npos; }
};

class RawClient {
public:
    explicit RawClient(asio::io_context& context) : socket_(context.get_executor()) {}

    awaitable<void> connect(std::uint16_t port) {
        co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
    }

    // False when the connection is gone.
    awaitable<bool> say(std::string bytes) {
        auto [error, size] =
            co_await asio::async_write(socket_, asio::buffer(bytes), asio::as_tuple(use_awaitable));
        co_return !error && size == bytes.size();
    }

    awaitable<Reply> reply() {
        Reply reply;
        auto [error, size] = co_await asio::async_read_until(socket_, asio::dynamic_buffer(heard_),
                                                             "\r\n\r\n", asio::as_tuple(use_awaitable));
        if (error) {
            co_return reply;
        }
        reply.head = heard_.substr(0, size);
        heard_.erase(0, size);
        reply.status = std::stoi(reply.head.substr(9, 3));
        if (auto length = reply.head.find("Content-Length: "); length != std::string::npos) {
            reply.body = co_await take(std::stoul(reply.head.substr(length + 16)));
        } else if (reply.says("chunked")) {
            auto [late, end] = co_await asio::async_read_until(socket_, asio::dynamic_buffer(heard_),
                                                               "0\r\n\r\n", asio::as_tuple(use_awaitable));
            reply.body = heard_.substr(0, late ? heard_.size() : end);
            heard_.erase(0, reply.body.size());
        }
        co_return reply;
    }

    awaitable<Reply> ask(std::string request) {
        co_await say(std::move(request));
        co_return co_await reply();
    }

    // Exactly so many bytes, or fewer at the end.
    awaitable<std::string> take(std::size_t size) {
        if (heard_.size() < size) {
            co_await asio::async_read(socket_, asio::dynamic_buffer(heard_),
                                      asio::transfer_exactly(size - heard_.size()),
                                      asio::as_tuple(use_awaitable));
        }
        auto taken = heard_.substr(0, size);
        heard_.erase(0, size);
        co_return taken;
    }

    // Everything up to the end of the connection.
    awaitable<std::string> rest() {
        co_await asio::async_read(socket_, asio::dynamic_buffer(heard_), asio::as_tuple(use_awaitable));
        co_return std::exchange(heard_, {});
    }

    void leave() { socket_.close(); }
    TcpSocket& socket() { return socket_; }

private:
    TcpSocket socket_;
    std::string heard_;
};

class ServerTest : public testing::Test {
protected:
    void TearDown() override {
        if (HasFailure()) {
            std::cout << "the server's log:\n" << fmt::format("{}\n", fmt::join(lines_, "\n"));
        }
    }

    // Starts the server with `router_` and `options_`, runs `story` to its end and drains the server.
    template <class Story>
    void play(Story story) {
        bool ended = false;
        asio::co_spawn(context_.get_executor(), tell(story), [&](std::exception_ptr failure) {
            ended = true;
            if (failure) {
                ADD_FAILURE() << error_of(failure).message << " " << error_of(failure).detail;
            }
            context_.stop();
        });
        context_.run_for(30s);
        EXPECT_TRUE(ended) << "the story hangs";
    }

    template <class Story>
    awaitable<void> tell(Story& story) {
        server_.emplace(context_.get_executor(), router_, options_, clock_, log_, metrics_);
        Endpoint any_port{"127.0.0.1", 0};
        port_ = server_->listen(any_port).value().port;
        co_await story();
        co_await server_->drain(0ms);
        EXPECT_EQ(server_->connections(), 0u);
    }

    // One connection, one exchange of words.
    awaitable<Reply> ask(std::string request) {
        RawClient client(context_);
        co_await client.connect(port_);
        co_return co_await client.ask(std::move(request));
    }

    static std::string get(std::string_view path, std::string_view headers = "") {
        return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
               "\r\n";
    }

    static std::string post(std::string_view path, std::string_view headers, std::string_view body) {
        return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
               "\r\n" + std::string(body);
    }

    asio::io_context context_;
    SystemClock clock_;
    Metrics metrics_;
    std::vector<std::string> lines_;
    Log log_ = Log::into(lines_, {.level = LogLevel::Debug});
    Router router_;
    ServerOptions options_;
    std::optional<Server> server_;
    std::uint16_t port_ = 0;
};

}  // namespace repartee::net
