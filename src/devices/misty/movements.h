// What the robot does when it is told to act: one sequence at a time, the newest wins, and Stop
// comes before everything.
//
// Whoever orders an action waits only until the robot has taken its first command, and waits on a
// loop of its own. The sequences run on the loop of the movements, played by one coroutine
// (`run`) that is started by the first order and joined by `close`. Orders go there and answers come
// back as posts: a coroutine spawned across strands could not be cancelled safely (docs/hazards.md).
#pragma once

#include "base/bell.h"
#include "base/task.h"
#include "devices/misty/line.h"
#include "devices/misty/sequences.h"

#include <memory>
#include <span>
#include <vector>

namespace repartee::devices::misty {

class Movements {
public:
    // `line` and `clock` outlive it. `command_limit`: for each command.
    Movements(const Executor& executor, Line& line, Clock& clock, Duration command_limit);

    // As Robot::act and Robot::close say. Any strand.
    awaitable<void> act(Action action, std::optional<Colour> colour);
    awaitable<void> close();

private:
    struct Order {
        explicit Order(Executor the_home) : home(std::move(the_home)) {}

        Action action = Action::Stop;
        std::optional<Colour> colour = {};
        bool settled = false;  // on the movements' strand: the answer is on its way

        // On the caller's strand.
        const Executor home;
        bool answered = false;
        std::optional<Error> failure = {};
        Bell bell = {};  // rung when it is answered
    };
    // Two owners, either of which may be done first: the caller who waits, and this list of things to do.
    using SharedOrder = std::shared_ptr<Order>;

    static awaitable<void> answer_to(SharedOrder order);

    void place(const SharedOrder& order);
    static void settle(const SharedOrder& order, std::optional<Error> failure);

    awaitable<void> run();
    awaitable<void> perform(SharedOrder order);
    awaitable<void> play(SharedOrder order);
    awaitable<void> halt_it();
    awaitable<void> finish(SharedOrder order);

    awaitable<void> stop_everything();
    awaitable<void> halt_for_stop(const Command& halting, Bell& answered);
    awaitable<void> send_in_turn(Bell& answered_before, std::span<const Step> steps);
    awaitable<void> send(const Command& command, Bell& answered);

    const Executor strand_;
    Line& line_;
    Clock& clock_;
    const Duration command_limit_;

    // All below lives on the strand.
    SharedOrder waiting_;                // at most one; a newer one takes its place
    std::vector<SharedOrder> stops_;     // all of them are answered by the next halt; one per waiting caller
    std::vector<SharedOrder> stopping_;  // those of the halt under way
    Bell news_;
    Task runner_;
    Task finisher_;
    Task under_way_;        // the sequence, or a halt between two
    bool halting_ = false;  // it is a halt, which only a Stop may cut short
    bool moving_ = false;   // head, arms or wheels may be moving by our command
    bool closed_ = false;
    Colour shown_ = default_colour;  // the last colour that was asked for
};

}  // namespace repartee::devices::misty
