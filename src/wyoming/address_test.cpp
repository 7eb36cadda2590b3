#include "wyoming/address.h"

#include "base/sockets.h"
#include "base/test_loop.h"

#include <fmt/format.h>

namespace repartee::wyoming {

namespace {

awaitable<void> connect(std::string uri, std::optional<ErrorKind>& refused) {
    try {
        auto connection = co_await connect_to(std::move(uri));
        connection.close();
    } catch (const Failure& failure) {
        refused = failure.error().kind;
    }
}

// Nothing when somebody is there.
std::optional<ErrorKind> refusal_of(asio::io_context& context, std::string uri) {
    std::optional<ErrorKind> refused;
    run_to_end(context, connect(std::move(uri), refused));
    return refused;
}

}  // namespace

TEST(Address, LeadsToWhoListensThere) {
    asio::io_context context;
    TcpAcceptor acceptor(context.get_executor(), {asio::ip::address_v4::loopback(), 0});
    auto port = acceptor.local_endpoint().port();
    EXPECT_FALSE(refusal_of(context, fmt::format("tcp://127.0.0.1:{}", port)));
    EXPECT_FALSE(refusal_of(context, fmt::format("tcp://localhost:{}", port)));
    acceptor.close();
    EXPECT_EQ(refusal_of(context, fmt::format("tcp://localhost:{}", port)), ErrorKind::Unavailable);
    EXPECT_EQ(refusal_of(context, fmt::format("tcp://[::1]:{}", port)), ErrorKind::Unavailable);
    EXPECT_EQ(refusal_of(context, "unix:///nowhere/at/all"), ErrorKind::Unavailable);
}

TEST(Address, IsRefusedWhereItIsNone) {
    asio::io_context context;
    for (const char* uri : {"", "localhost:10300", "http://localhost:10300", "tcp://", "tcp://localhost",
                            "tcp://localhost:", "tcp://:10300", "tcp://localhost:http", "tcp://localhost:0",
                            "tcp://localhost:70000", "tcp://localhost:1x", "unix://", "unix:/tmp/x"}) {
        EXPECT_EQ(refusal_of(context, uri), ErrorKind::Unprocessable) << uri;
    }
    EXPECT_EQ(refusal_of(context, "unix://" + std::string(200, 'x')), ErrorKind::Unprocessable);
}

}  // namespace repartee::wyoming
