// The way of one call's notices and its answer to the client that waits for them: given on the strand where
// the call works, taken on that of the client's connection. Shared by both, of which either may be gone
// first.
//
// Bounded: past `most_notices` that wait, further ones are left out; the answer always fits.
#pragma once

#include "base/async.h"
#include "base/bell.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace repartee::surfaces::mcp {

struct Piece {
    std::string frame;   // JSON; empty: nothing to be told
    bool last = false;   // nothing comes after it
    bool error = false;  // the answer is an error of the protocol
};

class Delivery {
public:
    static constexpr std::size_t most_notices = 16;

    explicit Delivery(const Executor& strand) : strand_(strand) {}

    // From any thread.
    static void give(const std::shared_ptr<Delivery>& to, Piece piece);

    // On the client's strand: in order; nothing comes behind the last. Cancelling throws operation_aborted.
    awaitable<Piece> next();

private:
    void take(Piece piece);

    Executor strand_;
    std::deque<Piece> notices_;
    std::optional<Piece> answer_;
    Bell news_;
};

}  // namespace repartee::surfaces::mcp
