// Looks after something when it is due, by a timer and no coroutine: every connection and every socket is
// looked after so, and it is to cost them little. Everything on one executor.
#pragma once

#include "base/clock.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace repartee::net {

class Rounds {
public:
    // `look` does what is due and says when to look again; max: not before `look_by` says so.
    Rounds(const Executor& executor, Clock& clock, std::function<TimePoint()> look)
        : round_(std::make_shared<Round>(executor, clock, std::move(look))) {}
    ~Rounds() { stop(); }

    Rounds(const Rounds&) = delete;
    Rounds& operator=(const Rounds&) = delete;

    // By then at the latest.
    void look_by(TimePoint when) {
        if (round_ && when < round_->next) {
            wait(round_, when);
        }
    }

    // No more looking. Whoever is not on the executor any more when this is destroyed calls it before.
    void stop() {
        if (auto round = std::exchange(round_, nullptr)) {
            round->stopped = true;
            round->timer.cancel();
        }
    }

private:
    // Shared with the handler of the timer, which comes a little after its owner has gone.
    struct Round {
        Round(const Executor& executor, Clock& the_clock, std::function<TimePoint()> the_look)
            : timer(executor), clock(the_clock), look(std::move(the_look)) {}
        Timer timer;
        Clock& clock;
        std::function<TimePoint()> look;
        TimePoint next = TimePoint::max();
        bool stopped = false;
    };

    static void wait(const std::shared_ptr<Round>& round, TimePoint when) {
        round->next = when;
        round->clock.set({round, &round->timer}, when);
        round->timer.async_wait([round](boost::system::error_code) {
            // The wait before an earlier one has begun ends here, too.
            if (round->stopped || round->clock.now() < round->next) {
                return;
            }
            round->next = TimePoint::max();
            auto next = round->look();
            if (!round->stopped && next < round->next) {
                wait(round, next);
            }
        });
    }

    std::shared_ptr<Round> round_;
};

}  // namespace repartee::net
