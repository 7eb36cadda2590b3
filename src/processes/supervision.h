// A program that is kept alive.
//
// It is started when it is first wanted, asked from time to time whether it is well, killed when it does not
// answer, and started again: at once, or after a growing pause when it never gets as far as being well. It
// ends with this object and with the server, whatever happens to either.
//
// What the program is and how it is asked is the business of a Ward. One supervision for each program; called
// from any strand.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/task.h"
#include "processes/child.h"

#include <memory>
#include <optional>
#include <string>

namespace repartee::processes {

enum class Wellbeing {
    Well,
    NotYet,   // it still loads: asked again soon
    Unknown,  // we had no means to ask
};

// The program as the one knows it who wants it kept alive. Everything is called on the supervision's strand.
class Ward {
public:
    virtual ~Ward() = default;

    // For the log and /metrics: "repartee-espeak".
    virtual const std::string& name() const = 0;

    // What to start; asked before each start. Throws Failure when there is nothing to be started.
    virtual Program program() = 0;

    // Throws Failure when it answers nonsense. What takes too long is cancelled.
    virtual awaitable<Wellbeing> ask() = 0;

    // Talks with a program that converses (Program::converses), as long as it runs: when this returns, the
    // program is ended. Does not throw Failure.
    virtual awaitable<void> accompany([[maybe_unused]] Child& child) { co_return; }

    // What is worth telling of a line on its standard error.
    virtual std::optional<std::string> complaint_in(std::string line) { return line; }
};

struct SupervisionOptions {
    // From its start until it is well; it may have much to load.
    Duration first_answer_limit = 20s;
    // Between two starts of one that never gets so far.
    Duration longest_pause = 10s;
};

class Supervision {
public:
    // Two owners of the ward: whoever made it, and the coroutine that keeps the program alive. The others
    // outlive the supervision, which is destroyed when the loop has stopped, or on its only thread.
    Supervision(const Executor& executor, Clock& clock, const Log& log, Metrics& metrics,
                std::shared_ptr<Ward> ward, const SupervisionOptions& options);
    ~Supervision();

    // Throws Failure{Unavailable} when the program cannot be run at all.
    void ensure_running();

    // Whether it was, when it was asked last.
    bool is_well() const;

    // Throws Failure, as ensure_running and when it is not well in time: {Unavailable} as long as it loads.
    awaitable<void> until_well(Duration limit);

    // Somebody has waited in vain for it: it is asked at once, and killed if it is silent.
    void suspect();

    // What is known of the one that is running.
    struct Run {
        pid_t pid = 0;
        TimePoint started_at{};
    };
    std::optional<Run> run() const;
    // Why it does not stay alive, from its first end until one of those after it is well.
    std::optional<Error> fault() const;

private:
    struct Life;
    std::shared_ptr<Life> life_;  // and of the coroutine that keeps it alive
    Task keeping_;
};

}  // namespace repartee::processes
