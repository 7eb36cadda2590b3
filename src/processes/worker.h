// A program of ours that hosts one native engine, kept alive (supervision.h).
//
// Connections wait in its socket, which belongs to the server, while it is being started again: only what it
// had in hand is lost.
//
// One for each engine; called from any strand.
#pragma once

#include "processes/supervision.h"
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
    Worker(const Executor& executor, Clock& clock, const Log& log, Metrics& metrics,
           const WorkerProgram& program);
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
    class OwnProgram;

    Clock& clock_;
    const Duration first_answer_limit_;
    std::shared_ptr<OwnProgram> program_;  // and of the supervision
    Supervision supervision_;
};

}  // namespace repartee::processes
