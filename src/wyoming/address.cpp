#include "wyoming/address.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>

#include <string_view>

namespace repartee::wyoming {

namespace {

constexpr std::string_view tcp = "tcp://";
constexpr std::string_view local = "unix://";

struct HostAndPort {
    std::string host;
    std::string port;
};

Failure no_address(const std::string& uri) {
    return {ErrorKind::Unprocessable, fmt::format("'{}' is neither tcp://HOST:PORT nor unix:///PATH.", uri)};
}

HostAndPort split(const std::string& uri) {
    auto colon = uri.rfind(':');
    if (!uri.starts_with(tcp) || colon == std::string::npos || colon <= tcp.size() ||
        colon + 1 == uri.size()) {
        throw no_address(uri);
    }
    auto host = uri.substr(tcp.size(), colon - tcp.size());
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    return {std::move(host), uri.substr(colon + 1)};
}

}  // namespace

awaitable<Connection> connect_to(std::string uri) {
    if (uri.starts_with(local)) {
        auto path = uri.substr(local.size());
        // What a socket's address has room for.
        constexpr std::size_t longest_path = 107;
        if (path.empty() || path.size() > longest_path) {
            throw no_address(uri);
        }
        asio::local::stream_protocol::endpoint endpoint(path);
        co_return co_await Connection::open(endpoint);
    }
    auto place = split(uri);
    TcpResolver resolver(co_await asio::this_coro::executor);
    auto [error, found] =
        co_await resolver.async_resolve(place.host, place.port, asio::as_tuple(use_awaitable));
    if (error || found.empty()) {
        throw Failure(ErrorKind::Unavailable, fmt::format("There is no host '{}'.", place.host),
                      error.message());
    }
    std::exception_ptr last;
    for (auto entry = found.begin(); entry != found.end(); ++entry) {
        try {
            co_return co_await Connection::open(entry->endpoint());
        } catch (const Failure&) {
            last = std::current_exception();
        }
    }
    std::rethrow_exception(last);
}

}  // namespace repartee::wyoming
