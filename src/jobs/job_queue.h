// The queue behind polling: takes recordings in, lets anybody ask what has become of them.
//
//     auto id = co_await jobs.submit(std::move(bytes));
//     if (auto record = co_await jobs.status(*id)) { ... }
//
// Received -> Transcribing -> Thinking -> Done or Error, strictly forward, and an end comes within the
// deadline of the settings. Each job is a conversation of its own. Two queues keep this promise: of this
// process alone (in_process_queue.h), and one that several servers share (shared_queue.h).
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "jobs/job.h"

#include <memory>
#include <string>

namespace repartee::jobs {

// Any strand; its makers keep it until nobody waits for an answer any more. Drain before letting go.
class JobQueue {
public:
    virtual ~JobQueue() = default;

    // The new job's id: what it was given for is safe by then, as far as this queue can keep anything. Busy
    // when too many wait; Unavailable when the queue is being drained, or cannot be reached. Cancelled, the
    // job may be there or not.
    virtual awaitable<Result<std::string>> submit(std::string recording) = 0;

    // The record as it is now; nothing for an unknown id. Throws Failure{Unavailable} when nobody can say.
    virtual awaitable<std::shared_ptr<const JobRecord>> status(std::string id) = 0;

    // Another process has this server's place: what that one can do as well is left to it. Any thread.
    virtual void leave_to_successor() = 0;

    // Takes nothing in any more, and lets what is in hand end well for `grace`; no work is left when it
    // returns. Once.
    virtual awaitable<void> drain(Duration grace) = 0;
};

}  // namespace repartee::jobs
