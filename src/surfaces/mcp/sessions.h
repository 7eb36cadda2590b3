// The sessions of clients that shake hands (until 2025-11-25). All there is to one is in its id, sealed:
// whose it is, its version, and when it began. So every server with the same SECRET_KEY knows it, also one
// that has just begun, and nobody has to remember anything but those that were ended. Any thread.
//
// A session gives nobody any right: whoever brings it has to say who they are with each request.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace repartee::surfaces::mcp {

struct McpSession {
    std::string name;  // as good as its id, and of no use to who reads it
    std::string version;
};

class Sessions {
public:
    // As of accounts::Accounts: what is sealed opens with the same context only.
    struct Seal {
        std::function<std::string(const Secret& text, const std::string& context)> close;
        std::function<Result<Secret>(const std::string& sealed, const std::string& context)> open;
    };

    // The clock, and what the seal refers to, outlive it.
    Sessions(Seal seal, Clock& clock, Duration lifetime)
        : seal_(std::move(seal)), clock_(clock), lifetime_(lifetime) {}

    // Its id, which nobody can make up. `who`: a person's Owner::key; empty: no account.
    std::string begin(const std::string& who, std::string_view version) const;
    // Nothing for one that is over, or somebody else's, or none of ours.
    std::optional<McpSession> find(const std::string& id, const std::string& who) const;
    // False for those.
    bool end(const std::string& id, const std::string& who);

    // Of those that were ended; past it the first of them would be taken for open again.
    static constexpr std::size_t most_remembered = 10'000;

private:
    std::int64_t seconds() const;

    const Seal seal_;
    Clock& clock_;
    const Duration lifetime_;
    mutable std::mutex mutex_;
    std::deque<std::string> ended_;             // names, the first to end first
    std::unordered_set<std::string> are_over_;  // the same: every request looks here
};

}  // namespace repartee::surfaces::mcp
