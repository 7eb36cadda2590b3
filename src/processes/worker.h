// A program of ours that hosts one native engine, kept alive.
//
// It is started when it is first wanted, asked from time to time whether it still answers, killed when it
// does not, and started again: at once, or after a growing pause when it never gets as far as answering.
// Connections wait in its socket, which belongs to the server, while it is being started again: only what it
// had in hand is lost. It ends with this object and with the server, whatever happens to either.
//
// One for each engine; called from any strand.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/task.h"
#include "processes/child.h"
#include "wyoming/connection.h"

#include <memory>
#include <string>

namespace repartee::processes {

struct WorkerProgram {
    std::string name;  // "repartee-espeak"
    std::vector<std::string> arguments = {};
    // For its first answer after a start: it may have much to load.
    Duration first_answer_limit = 20s;
};

class Worker {
public:
    // The others outlive the worker. Destroyed when the loop has stopped, or on its only thread.
    Worker(const Executor& executor, Clock& clock, Log log, Metrics& metrics, const WorkerProgram& program);
    ~Worker();

    // A connection of one's own, on the caller's strand. Throws Failure{Unavailable} when the program
    // cannot be run at all.
    awaitable<wyoming::Connection> connect();

    // What it says of itself: its `info` event. Throws Failure{Unavailable} or {ProviderLate} when it
    // does not answer in time.
    awaitable<wyoming::Event> describe();

    // Somebody has waited in vain for an answer: it is asked at once, and killed if it is silent.
    void suspect();

private:
    void ensure_running();

    struct Life;
    std::shared_ptr<Life> life_;  // and of the coroutine that keeps it alive
    Task keeping_;
};

}  // namespace repartee::processes
