// Takes requests off a connection: head, then body. Internal to this folder.
//
// A head is gathered raw and has passed the strict validator before Beast's parser sees it; Beast
// then knows where the body ends.
#pragma once

#include "net/http_validator.h"
#include "net/server.h"
#include "net/transport.h"

#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::net {

// Why there is no request to serve, or no body to it.
struct Refusal {
    int status = 0;  // 0: nobody is left to tell
    std::string_view reason = {};
};

// What came with the head besides the Request itself.
struct RequestForm {
    std::string raw_head;
    std::string raw_path;  // not decoded: ASCII without spaces, fit for logs and for Location
    bool http_1_0 = false;
    bool keep_alive = true;
    bool has_body = false;
};

class RequestReader {
public:
    // All outlive the reader.
    RequestReader(Transport& transport, Watchdog& watchdog, Clock& clock, const ServerOptions& options);
    ~RequestReader();

    // Waits for a head, `patience` long for its first byte. Fills method, path, query, headers and
    // host of `request`, whatever of them it could read.
    awaitable<std::optional<Refusal>> head(Request& request, RequestForm& form, Duration patience);

    // Once after each head: reads the body into `request`.
    awaitable<std::optional<Refusal>> body(Request& request, std::size_t limit);

    // True between two requests, while nothing of the next has come.
    bool idle() const { return idle_; }
    bool empty() const { return buffer_.size() == 0; }

    // Reads ahead until the other side closes, or sends so much that it must still be there. For
    // the time that a long answer takes; cancel it before reading on.
    awaitable<void> until_closed();

    // No request will follow: the connection becomes a WebSocket.
    void give_back_memory();

    // Throws away what comes, so that the other side gets to read our last words before the
    // connection is reset under it. Briefly.
    awaitable<void> discard();

private:
    class Parser;

    // More bytes in the buffer. False: closed, failed or late.
    awaitable<bool> fill(std::size_t most);
    awaitable<std::optional<Refusal>> gather_head(std::size_t& size, Duration patience);
    std::optional<Refusal> parse_head(Request& request, RequestForm& form, std::size_t size);
    awaitable<bool> invite_body();
    std::string_view pending() const;

    Transport& transport_;
    Watchdog& watchdog_;
    Clock& clock_;
    const ServerOptions& options_;
    boost::beast::flat_buffer buffer_;
    std::unique_ptr<Parser> parser_;
    bool idle_ = true;
    bool awaits_invitation_ = false;  // Expect: 100-continue
};

}  // namespace repartee::net
