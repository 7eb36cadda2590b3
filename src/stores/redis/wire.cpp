#include "stores/redis/wire.h"

#include "stores/redis/redis_trouble.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace repartee::stores::redis {

namespace {

[[noreturn]] void lose(std::string why) {
    throw RedisFailure(Trouble::Lost, std::move(why));
}

std::string words_of(int error_number) {
    return std::generic_category().message(error_number);
}

std::string reason_of_tls() {
    auto code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "the connection was closed" : reason;
}

struct FreeAddresses {
    void operator()(addrinfo* first) const { freeaddrinfo(first); }
};

}  // namespace

Trust::Trust(Certificates certificates, const std::string& authorities)
    : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    // Half of what is written may be accepted, and the rest offered from elsewhere.
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (certificates == Certificates::Ignored) {
        return;
    }
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    const int loaded = authorities.empty() ? SSL_CTX_set_default_verify_paths(context_.get())
                                           : SSL_CTX_load_verify_file(context_.get(), authorities.c_str());
    if (loaded != 1) {
        ERR_clear_error();
        throw RedisFailure(Trouble::Misconfigured,
                           fmt::format("stores.redis.certificate_authority cannot be read: {}", authorities));
    }
}

Wire::Wire(const Address& address, const Trust* trust, Deadline deadline) {
    try {
        connect(address, deadline);
        if (trust != nullptr) {
            shake_hands(address, *trust, deadline);
        }
    } catch (...) {
        tls_.reset();
        if (socket_ >= 0) {
            ::close(socket_);
        }
        throw;
    }
}

Wire::~Wire() {
    if (tls_) {
        SSL_shutdown(tls_.get());  // one try to say goodbye; nobody waits for the answer
        ERR_clear_error();
        tls_.reset();
    }
    ::close(socket_);
}

void Wire::connect(const Address& address, Deadline deadline) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failed =
        ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &found);
    if (failed != 0) {
        lose(fmt::format("no address is known for {}: {}", address.host, ::gai_strerror(failed)));
    }
    std::unique_ptr<addrinfo, FreeAddresses> addresses(found);

    std::string reason;
    for (const addrinfo* place = found; place != nullptr; place = place->ai_next) {
        if (socket_ >= 0) {
            ::close(socket_);
        }
        socket_ = ::socket(place->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket_ < 0) {
            reason = words_of(errno);
            continue;
        }
        if (::connect(socket_, place->ai_addr, place->ai_addrlen) != 0) {
            if (errno != EINPROGRESS) {
                reason = words_of(errno);
                continue;
            }
            wait(POLLOUT, deadline);
            int error_number = 0;
            socklen_t size = sizeof error_number;
            ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error_number, &size);
            if (error_number != 0) {
                reason = words_of(error_number);
                continue;
            }
        }
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return;
    }
    lose(fmt::format("{} at {}", reason, address.name()));
}

void Wire::shake_hands(const Address& address, const Trust& trust, Deadline deadline) {
    tls_.reset(SSL_new(trust.native()));
    SSL_set_fd(tls_.get(), socket_);
    boost::system::error_code no_address;
    boost::asio::ip::make_address(address.host, no_address);
    if (no_address) {
        SSL_set_tlsext_host_name(tls_.get(), address.host.c_str());
        SSL_set1_host(tls_.get(), address.host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), address.host.c_str());
    }
    while (true) {
        ERR_clear_error();
        const int result = SSL_connect(tls_.get());
        if (result == 1) {
            return;
        }
        if (auto verdict = SSL_get_verify_result(tls_.get()); verdict != X509_V_OK) {
            ERR_clear_error();
            throw RedisFailure(Trouble::Misconfigured,
                               fmt::format("the certificate of {} is not trusted: {}", address.name(),
                                           X509_verify_cert_error_string(verdict)));
        }
        wait_for_tls(result, deadline);
    }
}

void Wire::wait_for_tls(int result, Deadline deadline) {
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ: return wait(POLLIN, deadline);
        case SSL_ERROR_WANT_WRITE: return wait(POLLOUT, deadline);
        default: lose(fmt::format("TLS: {}", reason_of_tls()));
    }
}

void Wire::wait(short events, Deadline deadline) const {
    while (true) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            lose("no answer in time");
        }
        pollfd watched{.fd = socket_, .events = events, .revents = 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
        if (ready > 0) {
            return;
        }
        if (ready < 0 && errno != EINTR) {
            lose(words_of(errno));
        }
    }
}

void Wire::send(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        if (tls_) {
            ERR_clear_error();
            std::size_t written = 0;
            if (const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written);
                result != 1) {
                wait_for_tls(result, deadline);
            }
            bytes.remove_prefix(written);
            continue;
        }
        const auto written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLOUT, deadline);
        } else if (errno != EINTR) {
            lose(words_of(errno));
        }
    }
}

std::size_t Wire::receive(std::span<char> into, Deadline deadline) {
    while (true) {
        if (tls_) {
            ERR_clear_error();
            std::size_t count = 0;
            const int result = SSL_read_ex(tls_.get(), into.data(), into.size(), &count);
            if (result == 1) {
                return count;
            }
            wait_for_tls(result, deadline);
            continue;
        }
        const auto count = ::recv(socket_, into.data(), into.size(), 0);
        if (count > 0) {
            return static_cast<std::size_t>(count);
        }
        if (count == 0) {
            lose("the connection was closed");
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLIN, deadline);
        } else if (errno != EINTR) {
            lose(words_of(errno));
        }
    }
}

bool Wire::wait_beside(int handle, Deadline deadline) const {
    if (tls_ && SSL_pending(tls_.get()) > 0) {
        return true;
    }
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd watched[] = {{.fd = socket_, .events = POLLIN, .revents = 0},
                            {.fd = handle, .events = POLLIN, .revents = 0}};
        const auto patience = std::clamp<std::int64_t>(left.count(), 0, 60'000);
        const int ready = ::poll(watched, 2, static_cast<int>(patience));
        if (ready > 0) {
            return watched[0].revents != 0;
        }
        if (ready < 0 && errno != EINTR) {
            lose(words_of(errno));
        }
        if (left.count() <= 0) {
            return false;
        }
    }
}

bool Wire::is_quiet() const {
    // Under TLS the server says a few things unasked, tickets for instance; what has become of it shows with
    // the next command, which is repeated then.
    if (tls_) {
        return true;
    }
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace repartee::stores::redis
