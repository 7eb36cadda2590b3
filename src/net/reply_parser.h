// The bytes of an HTTP reply, taken in as they come: no sockets, no waiting. Internal to this folder.
//
// What a peer sends is not trusted: every mistake in it is a Failure, ProviderBroke, or TooLarge
// for a body past the limit. After a Failure the parser is of no further use.
#pragma once

#include "net/http.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace repartee::net {

class ReplyParser {
public:
    enum class Body { Follows, Absent };  // a reply to HEAD announces a body and sends none

    // `peer` appears in messages: "localhost:11434".
    ReplyParser(std::string peer, Body body, std::size_t body_limit);
    ~ReplyParser();

    void feed(std::string_view bytes);
    // The peer has closed the connection: the end of the body, or a Failure where more was due.
    void feed_end();

    bool seen_anything() const;
    bool head_complete() const;
    bool complete() const;
    // The connection may carry another request: complete, nothing left over, and the peer agrees.
    bool reusable() const;

    // Of a complete head. Informational (1xx) heads are skipped, 101 is not.
    int status() const;
    Headers headers() const;

    // The decoded bytes that came since the last call.
    std::string take_body();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::net
