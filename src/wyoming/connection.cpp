#include "wyoming/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::wyoming {

namespace {

// What is read at once: half a second of sound.
constexpr std::size_t read_size = 16 << 10;

}  // namespace

awaitable<Connection> Connection::open(Endpoint endpoint, EventLimits limits) {
    StreamSocket socket(co_await asio::this_coro::executor);
    auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(use_awaitable));
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
    if (error) {
        throw Failure(ErrorKind::Unavailable, "Nobody answers there.", error.message());
    }
    // A full backlog looks connected to Asio: the kernel refuses to wait, and then calls the socket writable.
    boost::system::error_code unconnected;
    socket.remote_endpoint(unconnected);
    if (unconnected) {
        throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.", "backlog full");
    }
    Connection connection(std::move(socket), limits);
    co_return connection;
}

awaitable<std::optional<Event>> Connection::receive() {
    incoming_.resize(read_size);
    for (;;) {
        auto next = reader_.next();
        if (!next) {
            throw Failure(ErrorKind::ProviderBroke, next.error().message, next.error().detail);
        }
        if (*next) {
            co_return std::move(*next);
        }
        auto [error, size] =
            co_await socket_.async_read_some(asio::buffer(incoming_), asio::as_tuple(use_awaitable));
        if (error == asio::error::operation_aborted) {
            throw boost::system::system_error(error);
        }
        if (error) {
            if (reader_.within_event()) {
                throw Failure(ErrorKind::ProviderBroke, "The other side broke off.", error.message());
            }
            co_return std::nullopt;
        }
        reader_.push(std::string_view(incoming_).substr(0, size));
    }
}

awaitable<bool> Connection::send(Event event) {
    auto bytes = encode(event);
    auto [error, size] =
        co_await asio::async_write(socket_, asio::buffer(bytes), asio::as_tuple(use_awaitable));
    co_return !error && size == bytes.size();
}

void Connection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace repartee::wyoming
