// Lets the robot say the replies, one after the other, behind the backs of the jobs: nobody waits for it.
//
// What a robot says now is replaced by what it is told next, so a reply that had to wait for a slow robot
// is soon worth nothing: old ones are left out. All calls from any strand.
#pragma once

#include "base/channel.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/task.h"
#include "devices/robot.h"

#include <string>

namespace repartee::surfaces::misty {

class RobotSpeech {
public:
    // The robot and the clock outlive it. Drain before letting go.
    RobotSpeech(const Executor& executor, devices::Robot& robot, Clock& clock, Log log);

    // Returns at once. A server without a robot says nothing.
    void say(std::string job, const std::string& text);

    // Lets it say what is to be said for `grace`, and returns when nothing is under way. Nobody calls
    // `say` any more.
    awaitable<void> drain(Duration grace);

    // Replies that wait for the robot; the oldest makes room.
    static constexpr std::size_t capacity = 32;
    // From the end of the job.
    static constexpr Duration stale_after = 15s;

private:
    struct Reply {
        std::string job;
        std::string text;
        TimePoint at;
    };

    // --- on the strand ---
    void take(const Reply& reply);
    awaitable<void> say_all();
    awaitable<void> drain_here(Duration grace);

    devices::Robot& robot_;
    Clock& clock_;
    const Log log_;
    const Executor strand_;
    Channel<Reply> replies_;
    Task saying_;
};

}  // namespace repartee::surfaces::misty
