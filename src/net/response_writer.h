// Puts one response on the wire, whole or piece by piece. Internal to this folder.
#pragma once

#include "net/router.h"
#include "net/transport.h"

#include <string>

namespace repartee::net {

// What the request decides about the form of its answer.
struct Framing {
    bool http_1_0 = false;
    bool keep_alive = true;
    bool without_body = false;  // HEAD: the head says all it would say, the body stays here
};

// "HTTP/1.1 200 OK ..." up to and including the empty line. A header that would break out of its
// line is left out: nobody gets to write a response of their own into ours.
enum class BodyLength { Known, Chunked, UntilClose };
std::string response_head(const Response& response, const Framing& framing, BodyLength length, WallTime now);

// The line at the beginning of an error page and the `code` of its JSON.
std::string_view reason_phrase(int status);
std::string_view code_of_status(int status);

class ResponseWriter final : public BodyWriter {
public:
    // All outlive the writer. `extra` headers are added where the response has none of that name, a Vary
    // always.
    ResponseWriter(Transport& transport, Watchdog& watchdog, Clock& clock, Duration write_timeout,
                   Framing framing, Headers extra);

    // The answer is the connection's last; to be said before the answer begins.
    void close_after() { framing_.keep_alive = false; }

    awaitable<bool> whole(Response response);

    awaitable<bool> begin(Response head);
    awaitable<bool> write(std::string piece) override;
    awaitable<void> end();

    // For the record: somebody else has answered with 101.
    void switched_protocols() { status_ = 101; }

    // Nothing has been sent, so an error can still be told.
    bool untouched() const { return status_ == 0; }
    // The response is on the wire to its last byte, so that another may follow.
    bool complete() const { return complete_; }
    bool keep_alive() const { return framing_.keep_alive; }
    int status() const { return status_; }
    std::size_t bytes() const { return bytes_; }  // of body

private:
    awaitable<bool> put(std::string_view first, std::string_view second);
    void add_extra(Response& response);

    Transport& transport_;
    Watchdog& watchdog_;
    Clock& clock_;
    Duration write_timeout_;
    Framing framing_;
    Headers extra_;

    bool chunked_ = false;
    bool gone_ = false;  // the other side takes no more
    bool complete_ = false;
    int status_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace repartee::net
