#include "devices/misty/movements.h"

#include "base/together.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace repartee::devices::misty {

namespace {

// What cuts a movement short must not wait long itself: a robot that hears answers in a few
// milliseconds, and every movement of ours comes to an end without it.
constexpr Duration halt_limit = 2s;

// Stop's commands are sent one after another, but none waits longer than this for the answer to the
// one before: silence must not hang on motors that are slow to say yes.
constexpr Duration stop_patience = 1s;

// For everything that `close` waits for: one halt, or most of a Stop.
constexpr Duration close_limit = 3s;

// Who waits for an action that will not be done.
Error replaced() {
    return {ErrorKind::Conflict, "Another action took the place of this one before the robot had begun.", {}};
}

Error server_is_stopping() {
    return {ErrorKind::Unavailable, "The server is stopping; the robot takes no more actions.", {}};
}

}  // namespace

Movements::Movements(const Executor& executor, Line& line, Clock& clock, Duration command_limit)
    : strand_(executor), line_(line), clock_(clock), command_limit_(command_limit) {}

// --- orders ---

awaitable<void> Movements::act(Action action, std::optional<Colour> colour) {
    auto order = std::make_shared<Order>(co_await asio::this_coro::executor);
    order->action = action;
    order->colour = colour;
    asio::post(strand_, [this, order] { place(order); });
    co_await answer_to(order);
}

awaitable<void> Movements::close() {
    auto order = std::make_shared<Order>(co_await asio::this_coro::executor);
    asio::post(strand_, [this, order] { finisher_ = Task(strand_, finish(order)); });
    co_await answer_to(order);
}

awaitable<void> Movements::answer_to(SharedOrder order) {
    while (!order->answered) {
        co_await order->bell.wait();
    }
    if (order->failure) {
        throw Failure(*order->failure);
    }
}

void Movements::place(const SharedOrder& order) {
    if (closed_) {
        settle(order, server_is_stopping());
        return;
    }
    if (!runner_.running()) {
        runner_ = Task(strand_, run());
    }
    if (waiting_) {
        settle(std::exchange(waiting_, nullptr), replaced());
    }
    bool is_stop = order->action == Action::Stop;
    if (is_stop) {
        stops_.push_back(order);
    } else {
        waiting_ = order;
    }
    if (is_stop || !halting_) {
        under_way_.cancel();
    }
    news_.ring();
}

// The first answer counts.
void Movements::settle(const SharedOrder& order, std::optional<Error> failure) {
    if (std::exchange(order->settled, true)) {
        return;
    }
    asio::post(order->home, [order, failure = std::move(failure)] {
        order->answered = true;
        order->failure = failure;
        order->bell.ring();
    });
}

// --- sequences ---

awaitable<void> Movements::run() {
    while (!closed_) {
        co_await news_.wait();
        for (;;) {
            if (!stops_.empty()) {
                co_await stop_everything();
            } else if (auto order = std::exchange(waiting_, nullptr)) {
                co_await perform(order);
            } else {
                break;
            }
        }
    }
}

awaitable<void> Movements::perform(SharedOrder order) {
    under_way_ = Task(strand_, play(order));
    co_await under_way_.join();
    settle(order, closed_ ? server_is_stopping() : replaced());  // if it was cut before it had begun
    if (moving_ && stops_.empty()) {
        halting_ = true;
        under_way_ = Task(strand_, halt_it());
        co_await under_way_.join();
        halting_ = false;
    }
}

// Leaves `moving_` set when it is cut, or fails in the middle.
awaitable<void> Movements::play(SharedOrder order) {
    if (order->action == Action::LedColor) {
        shown_ = order->colour.value_or(default_colour);
    }
    auto sequence = sequence_of(order->action, shown_);
    for (const auto& step : sequence) {
        bool was_moving = moving_;
        moving_ = was_moving || step.command.moves;
        auto fate = co_await line_.send(step.command, command_limit_);
        if (fate.taken == Fate::Taken::No) {
            moving_ = was_moving;
        }
        settle(order, fate.failure);
        if (fate.failure) {
            co_return;
        }
        co_await clock_.sleep(step.wait_after);
    }
    moving_ = false;
}

awaitable<void> Movements::halt_it() {
    const auto halting = halt();
    co_await line_.send(halting, halt_limit);
    moving_ = false;  // Whatever the robot said: it has been tried, and no movement of ours is endless.
}

awaitable<void> Movements::finish(SharedOrder order) {
    closed_ = true;
    if (waiting_) {
        settle(std::exchange(waiting_, nullptr), server_is_stopping());
    }
    if (!halting_) {
        under_way_.cancel();
    }
    news_.ring();
    auto joining = runner_.join();
    auto late = server_is_stopping();
    try {
        co_await with_deadline(clock_, close_limit, std::move(joining), std::move(late));
    } catch (const Failure&) {
        // The robot does not answer; it is left to its own devices.
    }
    stops_.insert(stops_.end(), stopping_.begin(), stopping_.end());
    for (const auto& stop : stops_) {
        settle(stop, server_is_stopping());
    }
    settle(order, std::nullopt);
}

// --- stop ---

awaitable<void> Movements::stop_everything() {
    stopping_ = std::exchange(stops_, {});
    auto steps = sequence_of(Action::Stop, shown_);
    Bell halted;
    auto halting = halt_for_stop(steps.front().command, halted);
    auto others = send_in_turn(halted, std::span<const Step>(steps).subspan(1));
    co_await together(std::move(halting), std::move(others));
    moving_ = false;
}

awaitable<void> Movements::halt_for_stop(const Command& halting, Bell& answered) {
    auto fate = co_await line_.send(halting, command_limit_);
    for (const auto& order : std::exchange(stopping_, {})) {
        settle(order, fate.failure);
    }
    answered.ring();
}

// All of `steps`, each when the one before is answered or has had its time, whatever the answer.
awaitable<void> Movements::send_in_turn(Bell& answered_before, std::span<const Step> steps) {
    if (steps.empty()) {
        co_return;
    }
    auto waiting = answered_before.wait();
    Error late{ErrorKind::ProviderLate, "the command before is not answered yet", {}};
    try {
        co_await with_deadline(clock_, stop_patience, std::move(waiting), std::move(late));
    } catch (const Failure&) {
        // So it is sent beside the one before.
    }
    Bell answered;
    auto sending = send(steps.front().command, answered);
    auto others = send_in_turn(answered, steps.subspan(1));
    co_await together(std::move(sending), std::move(others));
}

awaitable<void> Movements::send(const Command& command, Bell& answered) {
    co_await line_.send(command, command_limit_);
    answered.ring();
}

}  // namespace repartee::devices::misty
