#include "wyoming/errand.h"

#include "base/bell.h"
#include "base/together.h"

#include <algorithm>
#include <deque>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::wyoming {

namespace {

// What another process may say of its own failure.
ErrorKind kind_named(std::string_view name) {
    for (auto kind : {ErrorKind::Malformed, ErrorKind::TooLarge, ErrorKind::Unsupported, ErrorKind::Busy,
                      ErrorKind::Unavailable}) {
        if (name_of(kind) == name) {
            return kind;
        }
    }
    return ErrorKind::ProviderBroke;
}

Error silence() {
    return {ErrorKind::ProviderLate, "An engine does not answer. Please try again.", "worker silent"};
}

}  // namespace

Failure failure_in(const Event& event) {
    return {kind_named(event.text("code").value_or("")),
            std::string(event.text("text").value_or("The other side failed.")),
            std::string(event.text("detail").value_or(""))};
}

struct Errand::Talk {
    std::optional<Connection> connection;
    std::exception_ptr failure;  // why there is none
    Bell settled;                // there is one of the two
    std::deque<Event> outgoing;
    Bell news;
    std::optional<TimePoint> sending_since;  // and not yet taken
    std::optional<TimePoint> owed_since;
};

Errand::Errand(Clock& clock, Connect connect, ErrandOptions options)
    : clock_(clock),
      connect_(std::move(connect)),
      options_(std::move(options)),
      talk_(std::make_shared<Talk>()) {}

Errand::~Errand() {
    sending_.cancel();
    if (talk_->connection) {
        talk_->connection->close();
    }
}

void Errand::start(const Executor& executor) {
    if (!std::exchange(started_, true)) {
        sending_ = Task(executor, connect_and_send(talk_, clock_, connect_, options_.patience));
    }
}

void Errand::send(Event event) {
    talk_->outgoing.push_back(std::move(event));
    talk_->news.ring();
}

void Errand::expect_answers(bool owed) {
    // More that is owed does not excuse what has been owed for long.
    talk_->owed_since = owed ? talk_->owed_since.value_or(clock_.now()) : std::optional<TimePoint>();
}

awaitable<std::optional<Event>> Errand::next() {
    start(co_await asio::this_coro::executor);
    while (!talk_->connection) {
        if (talk_->failure) {
            std::rethrow_exception(talk_->failure);
        }
        co_await talk_->settled.wait();
    }
    for (;;) {
        auto late = silence();
        try {
            auto event =
                co_await with_deadline(clock_, time_left(), talk_->connection->receive(), std::move(late));
            if (event && event->type == "error") {
                auto failure = failure_in(*event);
                if (failure.error().kind == ErrorKind::Unavailable) {
                    options_.on_trouble();
                }
                throw failure;
            }
            if (event) {
                it_is_at_work();
            }
            if (!event && talk_->owed_since) {
                options_.on_trouble();
            }
            co_return event;
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::ProviderLate) {
                throw;
            }
            if (waits_in_vain()) {
                options_.on_trouble();
                throw;
            }
        }
    }
}

awaitable<std::optional<Event>> Errand::owed(std::string broke_off) {
    if (failed_) {
        co_return std::nullopt;
    }
    failed_ = true;
    auto event = co_await next();
    if (!event) {
        throw Failure(ErrorKind::ProviderBroke, std::move(broke_off), "connection closed");
    }
    failed_ = false;
    co_return event;
}

void Errand::it_is_at_work() {
    for (auto* since : {&talk_->owed_since, &talk_->sending_since}) {
        if (*since) {
            *since = clock_.now();
        }
    }
}

// Until it is worth looking whether we wait in vain.
Duration Errand::time_left() const {
    auto since = talk_->owed_since.value_or(talk_->sending_since.value_or(clock_.now()));
    return std::max<Duration>(options_.patience - (clock_.now() - since), 10ms);
}

bool Errand::waits_in_vain() const {
    auto too_long = [&](const std::optional<TimePoint>& since) {
        return since && clock_.now() - *since >= options_.patience;
    };
    return too_long(talk_->owed_since) || too_long(talk_->sending_since);
}

// Owns all it touches.
awaitable<void> Errand::connect_and_send(std::shared_ptr<Talk> talk, Clock& clock, Connect connect,
                                         Duration patience) {
    try {
        auto late = silence();
        auto connecting = connect();
        talk->connection.emplace(
            co_await with_deadline(clock, patience, std::move(connecting), std::move(late)));
    } catch (...) {
        talk->failure = std::current_exception();
    }
    talk->settled.ring();
    if (talk->failure) {
        co_return;
    }
    for (;;) {
        while (talk->outgoing.empty()) {
            co_await talk->news.wait();
        }
        auto event = std::move(talk->outgoing.front());
        talk->outgoing.pop_front();
        talk->sending_since = clock.now();
        if (!co_await talk->connection->send(std::move(event))) {
            co_return;  // what it said before it went is still to be received
        }
        talk->sending_since.reset();
    }
}

}  // namespace repartee::wyoming
