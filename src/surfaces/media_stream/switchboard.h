// Connects who calls with a call: a new one, or the one they come back to.
#pragma once

#include "accounts/principal.h"
#include "surfaces/media_stream/lifeline.h"
#include "surfaces/media_stream/live_calls.h"
#include "surfaces/media_stream/parked_state.h"
#include "surfaces/surface.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace repartee::surfaces::media_stream {

// What a client asks for with `resume`.
struct ResumeWish {
    bool wanted = false;     // calls that can be resumed: other clients see nothing of it
    std::string token = {};  // of the call they come back to; empty: of none
    std::uint64_t seen = 0;  // the last event that they have
};
ResumeWish resume_wish_in(const net::Request& request);

// A call that somebody comes back to.
struct FoundCall {
    std::unique_ptr<LiveCalls::Place> place;
    stores::ParkedCall call;
    ParkedState state;
    std::optional<stores::User> user;  // whose it is; nothing: nobody's
};

// Or why there is none: what the client is told.
struct NotFound {
    std::string_view reason;
};

// Any strand. The stage outlives it.
class Switchboard {
public:
    explicit Switchboard(const Stage& stage) : stage_(stage) {}

    // Whom a token belongs to, where one was brought. Throws Failure: Unauthenticated, Forbidden for a key
    // that is not for talking, Unavailable.
    awaitable<std::optional<stores::User>> identify(const net::Request& request) const;

    // The call with this token, which is theirs from now on, and nobody else's. Throws Failure{Unavailable}
    // while nobody can look: what is lost then comes back.
    using Found = std::variant<FoundCall, NotFound>;
    awaitable<Found> find(std::string token, std::optional<UserId> who, const agents::AgentBook& book);

    // For a new call. Null where there is nothing to keep it in.
    std::unique_ptr<Lifeline> new_lifeline(Lifeline::About about, const Log& log) const;
    awaitable<std::unique_ptr<LiveCalls::Place>> enter(std::string token);

    std::int64_t now_ms() const;

private:
    awaitable<std::optional<stores::User>> still_welcome(UserId id, const ParkedState& state) const;

    const Stage& stage_;
    LiveCalls live_;
};

}  // namespace repartee::surfaces::media_stream
