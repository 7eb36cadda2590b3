// One connection to Redis: commands in, replies out, RESP2. Lives on one thread, which it blocks, never past
// the deadline it was given. Throws RedisFailure, also for an error reply. After Lost it is closed: what
// came of the command nobody knows, so only what may be done twice is asked of it.
#pragma once

#include "stores/redis/redis_address.h"
#include "stores/redis/wire.h"

#include <hiredis/hiredis.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores::redis {

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

inline std::string_view text_of(const redisReply& reply) {
    return {reply.str, reply.len};
}

// A script that Redis keeps by its SHA-1. Its text has no values in it: those are arguments.
class Script {
public:
    explicit Script(std::string text);
    const std::string& text() const { return text_; }
    const std::string& digest() const { return digest_; }

private:
    std::string text_;
    std::string digest_;  // hexadecimal
};

class Connection {
public:
    using Words = std::vector<std::string>;

    // `trust`: null without TLS. Both outlive it.
    Connection(const Address& address, const Trust* trust);

    bool is_open() const { return wire_ != nullptr && wire_->is_quiet(); }
    // Connects, and enters with password and database. What was open before is closed.
    void open(Deadline deadline);
    void close();

    // Until when everything below has to be done.
    void set_deadline(Deadline deadline) { deadline_ = deadline; }
    Reply ask(const Words& words);
    // `values` are the keys, then the arguments.
    Reply run(const Script& script, std::size_t keys, const Words& values);

    // What comes unasked, where the connection is subscribed to something; null when `handle` could be read
    // first, or nothing came until `deadline`.
    Reply listen(int handle, Deadline deadline);

    Deadline last_used() const { return last_used_; }

    // A session has 50 messages; a reply larger than this is nothing that we have put there. Bytes.
    static constexpr std::size_t largest_reply = 64 << 20;

private:
    static std::string formatted(const Words& words);
    Reply next_reply();
    // Of what has been received already; null where that is no whole one.
    Reply received_reply();

    struct FreeReader {
        void operator()(redisReader* reader) const { redisReaderFree(reader); }
    };
    const Address& address_;
    const Trust* trust_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<redisReader, FreeReader> reader_;
    Deadline deadline_{};
    Deadline last_used_{};
};

}  // namespace repartee::stores::redis
