#include "net/client_connection.h"

#include "base/look_up.h"
#include "base/sockets.h"
#include "base/together.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <sys/socket.h>
#include <vector>

namespace repartee::net {

namespace {

using asio::ip::tcp;
using boost::system::error_code;

Failure nobody_answers(const ClientUrl& url, std::string detail) {
    return Failure(ErrorKind::Unavailable, fmt::format("Nobody answers at {}.", url.place()),
                   std::move(detail));
}

// --- names to addresses ---

awaitable<std::vector<tcp::endpoint>> addresses_of(const ClientUrl& url, Clock& clock, TimePoint by) {
    Error late{
        ErrorKind::Unavailable, fmt::format("Looking up the address of {} took too long.", url.host), {}};
    auto asking = look_up(url.host, url.port);
    co_return co_await with_deadline(clock, by - clock.now(), std::move(asking), std::move(late));
}

// --- connecting ---

// A deadline or a caller has had enough; how the operation ended is of no interest.
void throw_if_cancelled(const error_code& error) {
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
}

awaitable<error_code> connect_to(PlainStream& socket, tcp::endpoint address) {
    auto [error] = co_await socket.async_connect(address, asio::as_tuple(use_awaitable));
    throw_if_cancelled(error);
    co_return error;
}

awaitable<PlainStream> connect(const ClientUrl& url, Clock& clock, TimePoint by,
                               const std::function<bool(const asio::ip::address&)>& only_to) {
    auto addresses = co_await addresses_of(url, clock, by);
    if (only_to) {
        std::erase_if(addresses, [&](const tcp::endpoint& place) { return !only_to(place.address()); });
    }
    if (addresses.empty()) {
        throw Failure(ErrorKind::Forbidden, fmt::format("{} is nowhere we may ask.", url.host));
    }
    std::string tried;
    for (std::size_t index = 0; index < addresses.size(); ++index) {
        PlainStream socket(co_await asio::this_coro::executor);
        // An address that swallows everything must not use up the time of those after it.
        auto share = (by - clock.now()) / static_cast<int>(addresses.size() - index);
        Error late{ErrorKind::Unavailable, {}, "timed out"};
        std::string why;
        try {
            auto connecting = connect_to(socket, addresses[index]);
            auto error = co_await with_deadline(clock, share, std::move(connecting), std::move(late));
            if (!error) {
                error_code ignored;
                socket.set_option(tcp::no_delay(true), ignored);
                co_return socket;
            }
            why = error.message();
        } catch (const Failure& failure) {
            why = failure.error().detail;
        }
        tried +=
            fmt::format("{}{}: {}", tried.empty() ? "" : ", ", addresses[index].address().to_string(), why);
    }
    throw nobody_answers(url, std::move(tried));
}

// --- TLS ---

// Names the host to the server (SNI) and to the verification. An address is verified as an address
// and, as RFC 6066 wants it, not sent.
void expect_host(SSL* ssl, const std::string& host) {
    error_code not_numeric;
    asio::ip::make_address(host, not_numeric);
    if (not_numeric) {
        SSL_set_tlsext_host_name(ssl, host.c_str());
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    }
}

awaitable<error_code> shake_hands(TlsStream& stream) {
    auto [error] =
        co_await stream.async_handshake(asio::ssl::stream_base::client, asio::as_tuple(use_awaitable));
    throw_if_cancelled(error);
    co_return error;
}

awaitable<TlsStream> secure(PlainStream socket, const ClientUrl& url, TlsContext trust, Clock& clock,
                            TimePoint by) {
    TlsStream stream(std::move(socket), *trust);
    expect_host(stream.native_handle(), url.host);
    Error late{ErrorKind::ProviderLate,
               fmt::format("{} took the connection and then said nothing.", url.place()),
               "TLS handshake timed out"};
    auto handshake = shake_hands(stream);
    auto error = co_await with_deadline(clock, by - clock.now(), std::move(handshake), std::move(late));
    if (!error) {
        co_return stream;
    }
    if (auto verdict = SSL_get_verify_result(stream.native_handle()); verdict != X509_V_OK) {
        throw Failure(ErrorKind::ProviderBroke,
                      fmt::format("The certificate of {} is not trusted: {}.", url.place(),
                                  X509_verify_cert_error_string(verdict)),
                      error.message());
    }
    throw Failure(ErrorKind::ProviderBroke, fmt::format("{} does not speak TLS with us.", url.place()),
                  error.message());
}

}  // namespace

awaitable<ClientStream> open_stream(ClientUrl url, TlsContext trust, Clock& clock, Duration limit,
                                    std::function<bool(const asio::ip::address&)> only_to) {
    if (url.secure && !trust) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("{} wants TLS, which is not set up here.", url.place()));
    }
    auto by = clock.now() + limit;
    auto socket = co_await connect(url, clock, by, only_to);
    if (!url.secure) {
        co_return ClientStream(std::move(socket));
    }
    auto stream = co_await secure(std::move(socket), url, std::move(trust), clock, by);
    co_return ClientStream(std::move(stream));
}

awaitable<std::size_t> ClientConnection::read_some(asio::mutable_buffer room) {
    error_code error;
    std::size_t count = 0;
    if (auto* plain = std::get_if<PlainStream>(&stream_)) {
        std::tie(error, count) = co_await plain->async_read_some(room, asio::as_tuple(use_awaitable));
    } else {
        auto& tls = std::get<TlsStream>(stream_);
        std::tie(error, count) = co_await tls.async_read_some(room, asio::as_tuple(use_awaitable));
    }
    if (error == asio::error::eof) {
        co_return 0;
    }
    if (error) {
        throw boost::system::system_error(error);
    }
    co_return count;
}

awaitable<void> ClientConnection::write(std::string_view bytes) {
    auto buffer = asio::buffer(bytes.data(), bytes.size());
    if (auto* plain = std::get_if<PlainStream>(&stream_)) {
        co_await asio::async_write(*plain, buffer, use_awaitable);
    } else {
        co_await asio::async_write(std::get<TlsStream>(stream_), buffer, use_awaitable);
    }
}

bool ClientConnection::still_idle() {
    auto* plain = std::get_if<PlainStream>(&stream_);
    auto& socket = plain ? *plain : std::get<TlsStream>(stream_).next_layer();
    char byte = 0;
    auto count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count > 0) {
        // Over TLS that may be a session ticket. In plain HTTP nobody speaks unasked.
        return plain == nullptr;
    }
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace repartee::net
