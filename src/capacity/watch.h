// Looks at what is in use, and tells the gate: processor time of this process and of those it has started,
// how late the event loops are, how long work waits for engines, and how much memory is free.
//
// On a thread of its own, because a loop that is held up could not tell that it is. Four looks a second while
// there is work, one otherwise; each takes some tens of microseconds.
#pragma once

#include "base/async.h"
#include "base/metrics.h"
#include "capacity/gate.h"
#include "capacity/processes_in_use.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace repartee::capacity {

class Watch {
public:
    // All of them outlive it. Looks until it is destroyed.
    Watch(Gate& gate, const std::vector<Executor>& loops, Metrics& metrics, Clock& clock);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

private:
    // A timer on a loop, and how late it was. Shared with the loop's handlers, which may end last.
    struct Probe;

    void run(const std::stop_token& stop);
    Sight look(TimePoint now);
    Duration lag(TimePoint now);
    void read_waits();

    Gate& gate_;
    const Metrics& metrics_;
    Clock& clock_;
    Gauge lag_now_;
    std::vector<std::shared_ptr<Probe>> probes_;

    // --- of the thread ---
    ProcessesInUse processes_;
    TimePoint looked_at_{};
    TimePoint read_at_{};
    double used_seconds_ = 0;
    double cores_ = 1;
    double memory_ = 1e18;
    double waits_ = 0;  // in all, with what they took
    double waited_seconds_ = 0;
    double waits_lately_ = 0;  // between the last two times that they were read
    double waited_lately_ = 0;

    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace repartee::capacity
