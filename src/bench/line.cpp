#include "bench/line.h"

#include "base/error.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace repartee::bench {

namespace {

using boost::system::error_code;

// Shared by all lines: they are read one after the other, on one thread.
constexpr std::size_t most_at_once = 64 << 10;
std::array<char, most_at_once>& scratch() {
    static std::array<char, most_at_once> room;
    return room;
}

}  // namespace

awaitable<void> Line::connect(asio::ip::tcp::endpoint to) {
    auto [error] = co_await socket_.async_connect(to, asio::as_tuple(use_awaitable));
    if (error) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("Nobody answers at {}:{}: {}.", to.address().to_string(), to.port(),
                                  error.message()));
    }
    socket_.set_option(asio::ip::tcp::no_delay(true));
    socket_.non_blocking(true);
}

awaitable<void> Line::upgrade(std::string host, std::string target) {
    auto refused = co_await try_upgrade(std::move(host), target);
    if (refused) {
        throw Failure(ErrorKind::ProviderBroke, fmt::format("The server did not open a WebSocket at {}: {}.",
                                                            target, refused->substr(0, refused->find('\r'))));
    }
}

awaitable<std::optional<std::string>> Line::try_upgrade(std::string host, std::string target) {
    auto request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n",
        target, host);
    constexpr std::size_t longest_answer = 8 << 10;
    std::string answer;
    auto room = asio::dynamic_buffer(answer, longest_answer);
    auto outgoing = asio::buffer(request);
    auto [not_sent, sent] = co_await asio::async_write(socket_, outgoing, asio::as_tuple(use_awaitable));
    auto [not_read, length] =
        co_await asio::async_read_until(socket_, room, "\r\n\r\n", asio::as_tuple(use_awaitable));
    if (not_sent || not_read) {
        co_return std::string();
    }
    if (!answer.starts_with("HTTP/1.1 101")) {
        co_return answer.substr(0, length);
    }
    received_early_ = answer.substr(length);
    co_return std::nullopt;
}

void Line::listen(Received received) {
    received_ = std::move(received);
    if (!received_early_.empty()) {
        tell(std::exchange(received_early_, {}), std::chrono::steady_clock::now());
    }
    if (socket_.is_open()) {
        await_bytes();
    }
}

void Line::await_bytes() {
    socket_.async_wait(TcpSocket::wait_read, [self = shared_from_this()](error_code error) {
        if (!error) {
            self->read_what_is_there();
        }
    });
}

void Line::read_what_is_there() {
    error_code error;
    auto count = socket_.read_some(asio::buffer(scratch()), error);
    if (error == asio::error::would_block) {
        await_bytes();
        return;
    }
    auto now = std::chrono::steady_clock::now();
    if (error) {
        error_code ignored;
        socket_.close(ignored);
        tell({}, now);
        return;
    }
    tell({scratch().data(), count}, now);
    if (socket_.is_open()) {
        await_bytes();
    }
}

// Whoever is told may hang up, and must not be gone before it has returned.
void Line::tell(std::string_view bytes, TimePoint at) {
    auto received = std::exchange(received_, nullptr);
    if (received) {
        received(bytes, at);
    }
    if (socket_.is_open()) {
        received_ = std::move(received);
    }
}

bool Line::send(std::string_view bytes) {
    error_code error;
    if (!unsent_.empty()) {
        auto count = socket_.write_some(asio::buffer(unsent_), error);
        unsent_.erase(0, error ? 0 : count);
        if (!unsent_.empty()) {
            return false;
        }
    }
    auto count = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    if (error) {
        return false;
    }
    unsent_ = bytes.substr(count);
    return unsent_.empty();
}

void Line::send_all(std::string_view bytes) {
    if (!send(bytes) && unsent_.empty()) {
        unsent_ = bytes;
    }
    await_room();
}

void Line::await_room() {
    if (unsent_.empty() || !socket_.is_open()) {
        return;
    }
    socket_.async_wait(TcpSocket::wait_write, [self = shared_from_this()](error_code error) {
        if (!error) {
            self->send({});
            self->await_room();
        }
    });
}

void Line::hang_up() {
    received_ = nullptr;
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace repartee::bench
