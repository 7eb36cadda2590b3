#include "engines/event_answer.h"

#include "base/together.h"

#include <fmt/format.h>

namespace repartee::engines {

namespace {

// A server that does not stream sends all at once; an answer to be spoken is small.
constexpr std::size_t whole_body_limit = 4 << 20;  // bytes

// After the last event there is only the end of the body to come. Having read it keeps the connection
// for the next turn; waiting longer for it would cost more than a new connection.
constexpr auto farewell_limit = 100ms;

bool streams(const net::ClientReply& reply) {
    auto type = reply.headers().get("Content-Type");
    return !type || !type->starts_with("application/json");
}

awaitable<std::string> whole_body(net::ClientReply& reply) {
    std::string body;
    while (auto piece = co_await reply.next()) {
        body += *piece;
        if (body.size() > whole_body_limit) {
            throw Failure(ErrorKind::ProviderBroke, "The answer is too long.");
        }
    }
    co_return body;
}

awaitable<void> read_to_end(net::EventReader& events) {
    for (;;) {
        auto event = co_await events.next();  // GCC 12 traps on it as a bare condition: docs/hazards.md
        if (!event) {
            co_return;
        }
    }
}

}  // namespace

awaitable<std::optional<ModelOutput>> EventAnswer::next() {
    if (over_) {
        co_return std::nullopt;
    }
    over_ = true;  // stays so when anything below throws
    while (ready_.empty() && !ended()) {
        if (!reply_) {
            co_await begin();
        } else {
            co_await read_event();
        }
    }
    if (ready_.empty()) {
        co_await take_leave();
        co_return std::nullopt;
    }
    over_ = false;
    begun_ = true;
    std::optional<ModelOutput> output(std::move(ready_.front()));
    ready_.pop_front();
    co_return output;
}

awaitable<void> EventAnswer::begin() {
    reply_ = co_await ask();
    if (streams(*reply_)) {
        events_.emplace(*reply_);
    } else {
        co_await read_whole_body();
    }
}

awaitable<void> EventAnswer::read_event() {
    auto event = co_await next_event();
    auto outputs = event ? take(*event) : take_end();
    if (outputs) {
        std::move(outputs->begin(), outputs->end(), std::back_inserter(ready_));
        co_return;
    }
    if (begun_ || !starts_over()) {
        throw Failure(outputs.error());
    }
    events_.reset();
    reply_.reset();
}

awaitable<std::optional<std::string>> EventAnswer::next_event() {
    if (auto event = events_->ready()) {
        co_return event;
    }
    // Comments keep a connection alive and tell nothing, so bytes alone do not count.
    auto limit = begun_ ? patience_.next_word : patience_.first_word;
    Error late{ErrorKind::ProviderLate,
               begun_ ? fmt::format("{} stopped in the middle of its answer.", peer_)
                      : fmt::format("{} took too long to answer.", peer_),
               fmt::format("no event within {} ms", limit.count())};
    auto reading = events_->next();
    co_return co_await with_deadline(clock_, limit, std::move(reading), std::move(late));
}

awaitable<void> EventAnswer::read_whole_body() {
    Error late{ErrorKind::ProviderLate, fmt::format("{} took too long to answer.", peer_), "unstreamed body"};
    auto reading = whole_body(*reply_);
    auto body = co_await with_deadline(clock_, patience_.first_word, std::move(reading), std::move(late));
    events_.emplace(*reply_);  // at its end
    auto outputs = take(body).value();
    auto rest = take_end().value();
    std::move(outputs.begin(), outputs.end(), std::back_inserter(ready_));
    std::move(rest.begin(), rest.end(), std::back_inserter(ready_));
}

awaitable<void> EventAnswer::take_leave() {
    Error late{ErrorKind::ProviderLate, "the end of the body is late", {}};
    auto rest = read_to_end(*events_);
    try {
        co_await with_deadline(clock_, farewell_limit, std::move(rest), std::move(late));
    } catch (const Failure&) {
        // The answer is complete; only the connection is not worth keeping.
    }
    events_.reset();
    reply_.reset();
}

}  // namespace repartee::engines
