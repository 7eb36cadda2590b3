#include "net/server.h"

#include "base/sockets.h"
#include "base/together.h"
#include "net/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <list>
#include <sys/socket.h>
#include <unordered_set>

namespace repartee::net {

namespace {

using asio::ip::tcp;

// How many connections beyond the limit may be told so at the same time; the rest is just closed.
constexpr std::size_t polite_refusals = 64;

// Out of file descriptors, most likely: wait until some connection has ended.
constexpr auto pause_after_failed_accept = std::chrono::milliseconds(100);

Peer peer_of(const TcpSocket& socket) {
    error_code error;
    auto address = socket.remote_endpoint(error).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    return {address.to_string(), !error && address.is_loopback()};
}

Error cannot_listen(const Endpoint& endpoint, const error_code& error) {
    return {ErrorKind::Unavailable,
            fmt::format("cannot listen on {} port {}: {}", endpoint.address, endpoint.port, error.message()),
            {}};
}

}  // namespace

// Everything but the counters lives on `executor_`'s loop; each connection has a home of its own.
class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
public:
    Impl(const Executor& executor, const Router& router, ServerOptions options, Clock& clock, Log log,
         Metrics& metrics)
        : executor_(executor),
          house_(std::make_shared<House>(router, std::move(options), clock, std::move(log), metrics)),
          emptied_(executor_, Timer::time_point::max()) {}

    Result<Endpoint> listen(const Endpoint& endpoint, Accepting accepting);
    Result<Endpoint> adopt(Descriptor listener, Accepting accepting);
    void accept();
    std::vector<int> listeners() const;
    void retire();
    awaitable<void> until_empty();
    awaitable<void> drain(Duration grace);
    void stop();

    std::size_t connections() const { return count_; }
    bool draining() const { return house_->draining; }
    const Executor& loop() const { return executor_; }

private:
    static awaitable<void> accept_all(std::shared_ptr<Impl> self, std::shared_ptr<TcpAcceptor> acceptor);
    Endpoint add(std::shared_ptr<TcpAcceptor> acceptor, Accepting accepting);
    Executor next_home();
    void admit(TcpSocket socket);
    void forget(const std::shared_ptr<Connection>& connection);
    void close_listeners();
    awaitable<void> until_no_connection();
    awaitable<void> news_of_end();
    template <class Action>
    void tell_connections(Action action);

    Executor executor_;
    std::shared_ptr<House> house_;
    std::size_t next_loop_ = 0;
    std::list<std::shared_ptr<TcpAcceptor>> acceptors_;  // shared with their accept_all
    std::list<std::shared_ptr<TcpAcceptor>> not_yet_;    // of those, who do not accept yet
    std::unordered_set<std::shared_ptr<Connection>> connections_;
    std::atomic<std::size_t> count_ = 0;  // of connections_, for other threads
    std::size_t accepting_ = 0;           // how many accept_all there are
    Timer emptied_;  // never expires; cancelled when the last connection has gone, or an accept_all
};

Result<Endpoint> Server::Impl::listen(const Endpoint& endpoint, Accepting accepting) {
    error_code error;
    auto address = asio::ip::make_address(endpoint.address, error);
    if (error) {
        return cannot_listen(endpoint, error);
    }
    auto acceptor = std::make_shared<TcpAcceptor>(executor_);
    tcp::endpoint where(address, endpoint.port);
    acceptor->open(where.protocol(), error);
    if (!error) {
        acceptor->set_option(TcpAcceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor->bind(where, error);
    }
    if (!error) {
        acceptor->listen(TcpAcceptor::max_listen_connections, error);
    }
    if (error) {
        return cannot_listen(endpoint, error);
    }
    auto bound = add(std::move(acceptor), accepting);
    return Endpoint{endpoint.address, bound.port};
}

Result<Endpoint> Server::Impl::adopt(Descriptor listener, Accepting accepting) {
    auto where = listening_at(listener.get());
    if (!where) {
        return where.error();
    }
    auto protocol = asio::ip::make_address(where->address).is_v6() ? tcp::v6() : tcp::v4();
    auto acceptor = std::make_shared<TcpAcceptor>(executor_);
    error_code error;
    acceptor->assign(protocol, listener.get(), error);
    if (error) {
        return cannot_listen(*where, error);
    }
    [[maybe_unused]] auto its_own_now = listener.release();
    return add(std::move(acceptor), accepting);
}

Endpoint Server::Impl::add(std::shared_ptr<TcpAcceptor> acceptor, Accepting accepting) {
    auto bound = acceptor->local_endpoint();
    acceptors_.push_back(acceptor);
    not_yet_.push_back(std::move(acceptor));
    if (accepting == Accepting::AtOnce) {
        accept();
    }
    return {bound.address().to_string(), bound.port()};
}

void Server::Impl::accept() {
    for (auto& acceptor : std::exchange(not_yet_, {})) {
        // Detached: it owns what it touches, and ends when the acceptor is let go.
        asio::co_spawn(executor_, accept_all(shared_from_this(), std::move(acceptor)), asio::detached);
    }
}

std::vector<int> Server::Impl::listeners() const {
    std::vector<int> descriptors;
    for (const auto& acceptor : acceptors_) {
        descriptors.push_back(acceptor->native_handle());
    }
    return descriptors;
}

awaitable<void> Server::Impl::accept_all(std::shared_ptr<Impl> self, std::shared_ptr<TcpAcceptor> acceptor) {
    ++self->accepting_;
    while (acceptor->is_open()) {
        auto home = self->next_home();
        auto [error, socket] = co_await acceptor->async_accept(home, asio::as_tuple(use_awaitable));
        if (self->house_->draining) {
            break;
        }
        if (!error) {
            // Also the last one, which had come before the acceptor was let go.
            self->admit(std::move(socket));
        } else if (error != asio::error::connection_aborted && acceptor->is_open()) {
            self->house_->log.warning("cannot accept a connection", {{"reason", error.message()}});
            co_await self->house_->clock.sleep(pause_after_failed_accept);
        }
    }
    --self->accepting_;
    self->emptied_.cancel();
}

// Where the next connection lives: alone on one thread at a time.
Executor Server::Impl::next_home() {
    const auto& loops = house_->options.loops;
    return loops.empty() ? executor_ : loops[next_loop_++ % loops.size()];
}

void Server::Impl::admit(TcpSocket socket) {
    auto admission = Admission::Welcome;
    if (connections_.size() >= house_->options.max_connections) {
        house_->refused.add();
        admission = Admission::Full;
        if (connections_.size() >= house_->options.max_connections + polite_refusals) {
            return;
        }
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto peer = peer_of(socket);
    Executor home = socket.get_executor();
    const auto& tls = house_->options.tls;
    auto transport =
        tls ? tls_transport(std::move(socket), tls->context()) : plain_transport(std::move(socket));
    auto connection =
        std::make_shared<Connection>(house_, home, std::move(transport), std::move(peer), admission);
    connections_.insert(connection);
    count_ = connections_.size();
    house_->connections.set(static_cast<double>(count_));
    auto ended = [self = shared_from_this(), connection](std::exception_ptr) {
        asio::post(self->executor_, [self, connection] { self->forget(connection); });
    };
    asio::co_spawn(home, connection->run(),
                   asio::bind_cancellation_slot(connection->slot(), std::move(ended)));
}

void Server::Impl::forget(const std::shared_ptr<Connection>& connection) {
    connections_.erase(connection);
    count_ = connections_.size();
    house_->connections.set(static_cast<double>(count_));
    if (connections_.empty()) {
        emptied_.cancel();
    }
}

template <class Action>
void Server::Impl::tell_connections(Action action) {
    for (const auto& connection : connections_) {
        asio::post(connection->executor(), [connection, action] { action(*connection); });
    }
}

// Taken out of Asio's hands first: where another process has the same socket, closing alone would leave it
// among those that the kernel tells us about (docs/hazards.md).
void Server::Impl::close_listeners() {
    not_yet_.clear();
    for (const auto& acceptor : std::exchange(acceptors_, {})) {
        error_code error;
        Descriptor listener(acceptor->release(error));
    }
}

void Server::Impl::retire() {
    house_->retired = true;
    close_listeners();
    tell_connections([](Connection& connection) { connection.retire(); });
}

awaitable<void> Server::Impl::drain(Duration grace) {
    house_->draining = true;
    close_listeners();
    tell_connections([](Connection& connection) { connection.drain(); });
    if (grace > Duration::zero()) {
        co_await first_of(until_no_connection(), house_->clock.sleep(grace));
    }
    tell_connections([](Connection& connection) { connection.abort(); });
    co_await until_no_connection();
}

// Somebody may have been accepted at the last moment, and not be on the list yet.
awaitable<void> Server::Impl::until_empty() {
    while (accepting_ > 0 || !connections_.empty()) {
        co_await news_of_end();
    }
}

awaitable<void> Server::Impl::until_no_connection() {
    while (!connections_.empty()) {
        co_await news_of_end();
    }
}

awaitable<void> Server::Impl::news_of_end() {
    co_await emptied_.async_wait(asio::as_tuple(use_awaitable));
    auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

void Server::Impl::stop() {
    house_->draining = true;
    close_listeners();
    tell_connections([](Connection& connection) { connection.abort(); });
}

// --- Server ---

Server::Server(const Executor& executor, const Router& router, ServerOptions options, Clock& clock, Log log,
               Metrics& metrics)
    : impl_(std::make_shared<Impl>(executor, router, std::move(options), clock, std::move(log), metrics)) {}

Server::~Server() {
    asio::post(impl_->loop(), [impl = impl_] { impl->stop(); });
}

Result<Endpoint> Server::listen(const Endpoint& endpoint, Accepting accepting) {
    return impl_->listen(endpoint, accepting);
}

Result<Endpoint> Server::adopt(Descriptor listener, Accepting accepting) {
    return impl_->adopt(std::move(listener), accepting);
}

void Server::accept() {
    impl_->accept();
}

std::vector<int> Server::listeners() const {
    return impl_->listeners();
}

void Server::retire() {
    impl_->retire();
}

awaitable<void> Server::until_empty() {
    return impl_->until_empty();
}

awaitable<void> Server::drain(std::chrono::milliseconds grace) {
    // The list of connections lives on a loop of its own.
    co_await asio::co_spawn(impl_->loop(), impl_->drain(grace), use_awaitable);
}

std::size_t Server::connections() const {
    return impl_->connections();
}

bool Server::draining() const {
    return impl_->draining();
}

Result<Endpoint> listening_at(int descriptor) {
    auto not_for_us = [descriptor](std::string_view what) {
        return Error{ErrorKind::Unprocessable, fmt::format("descriptor {} is {}", descriptor, what), {}};
    };
    auto option = [descriptor](int name) {
        int value = -1;
        socklen_t size = sizeof value;
        return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
    };
    if (option(SO_TYPE) < 0) {
        return not_for_us("no socket");
    }
    auto domain = option(SO_DOMAIN);
    if (option(SO_TYPE) != SOCK_STREAM || (domain != AF_INET && domain != AF_INET6)) {
        return not_for_us("a socket that is not for TCP");
    }
    if (option(SO_ACCEPTCONN) != 1) {
        return not_for_us("a socket that does not listen");
    }
    tcp::endpoint endpoint;
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(descriptor, endpoint.data(), &size) != 0) {
        return not_for_us("a socket without an address");
    }
    endpoint.resize(size);
    return Endpoint{endpoint.address().to_string(), endpoint.port()};
}

}  // namespace repartee::net
