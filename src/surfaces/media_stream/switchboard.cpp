#include "surfaces/media_stream/switchboard.h"

#include "base/together.h"
#include "surfaces/credentials.h"

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::surfaces::media_stream {

namespace {

// For whoever has the call on this server, to write down what it has come to.
constexpr Duration patience_with_the_old_line = std::chrono::seconds(4);

constexpr Duration patience_with_the_database = std::chrono::seconds(3);

Error late_database() {
    return {ErrorKind::Unavailable, "The database does not answer. Please try again in a moment.", "parked"};
}

}  // namespace

ResumeWish resume_wish_in(const net::Request& request) {
    auto wish = request.parameter("resume");
    if (!wish || wish->empty() || *wish == "0") {
        return {};
    }
    ResumeWish resume{.wanted = true};
    if (*wish != "1") {
        resume.token = std::move(*wish);
        resume.seen = number_in(request.parameter("seen").value_or("")).value_or(0);
    }
    return resume;
}

awaitable<std::optional<stores::User>> Switchboard::identify(const net::Request& request) const {
    auto credentials = credentials_of(request, TokenInQuery::Counts);
    if (!credentials.given) {
        co_return std::nullopt;
    }
    if (credentials.token.empty()) {
        throw Failure(ErrorKind::Unauthenticated, "Could not validate credentials");
    }
    co_await stage_.archive.opened();
    auto principal = co_await stage_.archive.accounts().authenticate(std::move(credentials.token));
    if (!principal.may("chat")) {
        throw Failure(ErrorKind::Forbidden, "This API key is not for that: it lacks the scope chat.");
    }
    std::optional<stores::User> user(std::move(principal.user));
    co_return user;
}

awaitable<Switchboard::Found> Switchboard::find(std::string token, std::optional<UserId> who,
                                                const agents::AgentBook& book) {
    co_await stage_.archive.opened();
    auto* calls = stage_.archive.database().parked_calls();
    if (calls == nullptr || !is_call_token(token)) {
        co_return NotFound{"unknown"};
    }
    auto hash = hash_of(token);
    FoundCall found;
    found.place = co_await live_.enter(hash, stage_.clock, patience_with_the_old_line);
    auto taking = calls->take(hash, now_ms());
    auto late = late_database();
    auto taken =
        co_await with_deadline(stage_.clock, patience_with_the_database, std::move(taking), std::move(late));
    if (!taken) {
        co_return NotFound{"unknown"};
    }
    auto state = parked_state_in(taken->state, now_ms());
    if (!state) {
        co_return NotFound{"unknown"};
    }
    found.call = std::move(*taken);
    found.state = std::move(*state);
    if (book.find(found.state.agent) == nullptr) {
        co_return NotFound{"agent_gone"};
    }
    if (found.call.user) {
        if (who && *who != *found.call.user) {
            co_return NotFound{"not_yours"};
        }
        found.user = co_await still_welcome(*found.call.user, found.state);
        if (!found.user) {
            co_return NotFound{"signed_out"};
        }
    }
    co_return Found(std::move(found));
}

// Nothing for somebody who was logged out everywhere, switched off or deleted since the call began.
awaitable<std::optional<stores::User>> Switchboard::still_welcome(UserId id, const ParkedState& state) const {
    auto looking = stage_.archive.database().people().find(id);
    auto late = late_database();
    auto user =
        co_await with_deadline(stage_.clock, patience_with_the_database, std::move(looking), std::move(late));
    if (user && (!user->is_active || state.token_version != user->token_version)) {
        user.reset();
    }
    co_return user;
}

std::unique_ptr<Lifeline> Switchboard::new_lifeline(Lifeline::About about, const Log& log) const {
    auto* calls = stage_.archive.database().parked_calls();
    return calls == nullptr ? nullptr
                            : std::make_unique<Lifeline>(*calls, stage_.clock, log, std::move(about));
}

awaitable<std::unique_ptr<LiveCalls::Place>> Switchboard::enter(std::string token) {
    auto hash = hash_of(token);
    auto place = co_await live_.enter(std::move(hash), stage_.clock, patience_with_the_old_line);
    co_return place;
}

std::int64_t Switchboard::now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(stage_.clock.wall().time_since_epoch())
        .count();
}

}  // namespace repartee::surfaces::media_stream
