#include "wyoming/address.h"

#include "base/look_up.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace repartee::wyoming {

namespace {

constexpr std::string_view tcp = "tcp://";
constexpr std::string_view local = "unix://";

struct Place {
    std::string host;
    std::uint16_t port = 0;
};

Failure no_address(const std::string& uri) {
    return {ErrorKind::Unprocessable, fmt::format("'{}' is neither tcp://HOST:PORT nor unix:///PATH.", uri)};
}

Place place_in(const std::string& uri) {
    auto colon = uri.rfind(':');
    if (!uri.starts_with(tcp) || colon == std::string::npos || colon <= tcp.size()) {
        throw no_address(uri);
    }
    Place place{.host = uri.substr(tcp.size(), colon - tcp.size())};
    if (place.host.starts_with('[') && place.host.ends_with(']')) {
        place.host = place.host.substr(1, place.host.size() - 2);
    }
    const char* end = uri.data() + uri.size();
    auto [rest, error] = std::from_chars(uri.data() + colon + 1, end, place.port);
    if (error != std::errc() || rest != end || place.port == 0 || place.host.empty()) {
        throw no_address(uri);
    }
    return place;
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
    auto place = place_in(uri);
    auto addresses = co_await look_up(place.host, place.port);
    std::exception_ptr last;
    for (const auto& address : addresses) {
        try {
            co_return co_await Connection::open(address);
        } catch (const Failure&) {
            last = std::current_exception();
        }
    }
    std::rethrow_exception(last);
}

}  // namespace repartee::wyoming
