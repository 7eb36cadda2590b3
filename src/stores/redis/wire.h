// Bytes to and from a server, over TCP or TLS, never past a deadline. hiredis of this Debian knows no TLS,
// and its timeouts begin anew with each read, so that a server that trickles keeps one waiting for ever: it
// makes and reads the commands (connection.h), and the bytes are carried here.
//
// Blocks the thread it lives on, which has its signals blocked (OpenSSL writes without MSG_NOSIGNAL). Throws
// RedisFailure{Lost}.
#pragma once

#include "stores/redis/redis_address.h"

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace repartee::stores::redis {

using Deadline = std::chrono::steady_clock::time_point;

// What TLS connections share; reading the system's authorities takes a moment. Any thread.
class Trust {
public:
    // `authorities`: a PEM file; empty: the system's.
    Trust(Certificates certificates, const std::string& authorities);
    SSL_CTX* native() const { return context_.get(); }

private:
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

class Wire {
public:
    // `trust`: null for a connection without TLS; outlives the wire. Looking up the name of a host cannot be
    // interrupted: it may take longer.
    Wire(const Address& address, const Trust* trust, Deadline deadline);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void send(std::string_view bytes, Deadline deadline);
    // How many have come, one at least.
    std::size_t receive(std::span<char> into, Deadline deadline);
    // Whether something may be there to receive, once it is or `handle` can be read, or it is time.
    bool wait_beside(int handle, Deadline deadline) const;
    // Whether it is still as it was left: the other side has neither closed nor said anything.
    bool is_quiet() const;

private:
    void connect(const Address& address, Deadline deadline);
    void shake_hands(const Address& address, const Trust& trust, Deadline deadline);
    // Until the socket is ready for that.
    void wait(short events, Deadline deadline) const;
    // What OpenSSL wants to wait for; false: it is done.
    void wait_for_tls(int result, Deadline deadline);

    struct Free {
        void operator()(SSL* session) const { SSL_free(session); }
    };
    int socket_ = -1;
    std::unique_ptr<SSL, Free> tls_;
};

}  // namespace repartee::stores::redis
