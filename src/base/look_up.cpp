#include "base/look_up.h"

#include "base/bell.h"
#include "base/error.h"
#include "base/sockets.h"

#include <boost/asio/bind_executor.hpp>
#include <fmt/format.h>

#include <memory>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee {

namespace {

// It blocks a thread of Asio's. Shared by the coroutine that waits and by the completion, which comes even
// when nobody waits any more.
struct LookUp {
    explicit LookUp(const Executor& executor) : resolver(executor) {}
    TcpResolver resolver;
    Bell answered;
    bool done = false;
    boost::system::error_code error;
    std::vector<asio::ip::tcp::endpoint> addresses;
};

}  // namespace

awaitable<std::vector<asio::ip::tcp::endpoint>> look_up(std::string host, std::uint16_t port) {
    std::vector<asio::ip::tcp::endpoint> addresses;
    boost::system::error_code not_numeric;
    if (auto address = asio::ip::make_address(host, not_numeric); !not_numeric) {
        addresses.emplace_back(address, port);
        co_return addresses;
    }
    // Servers at home answer sooner by the older one.
    if (host == "localhost") {
        addresses.emplace_back(asio::ip::address_v4::loopback(), port);
        addresses.emplace_back(asio::ip::address_v6::loopback(), port);
        co_return addresses;
    }
    auto executor = co_await asio::this_coro::executor;
    auto look_up = std::make_shared<LookUp>(executor);
    auto keep = [look_up](boost::system::error_code error, const TcpResolver::results_type& results) {
        look_up->done = true;
        look_up->error = error;
        for (const auto& result : results) {
            look_up->addresses.push_back(result.endpoint());
        }
        look_up->answered.ring();
    };
    look_up->resolver.async_resolve(host, std::to_string(port), TcpResolver::numeric_service,
                                    asio::bind_executor(executor, std::move(keep)));
    while (!look_up->done) {
        co_await look_up->answered.wait();
    }
    if (look_up->error || look_up->addresses.empty()) {
        throw Failure(ErrorKind::Unavailable, fmt::format("No address is known for {}.", host),
                      look_up->error.message());
    }
    co_return std::move(look_up->addresses);
}

}  // namespace repartee
