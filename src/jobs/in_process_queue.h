// The queue of this process alone: a few jobs at a time, the others wait in memory. Nothing is written
// anywhere; the recording is given back as soon as it is understood, the record is forgotten after a while,
// and both with the process.
//
// The jobs work on one loop. Calls come from any thread, and wait for nobody's work.
#pragma once

#include "base/metrics.h"
#include "jobs/job_queue.h"
#include "jobs/job_records.h"
#include "jobs/job_settings.h"
#include "jobs/job_tally.h"
#include "jobs/job_work.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace repartee::jobs {

class InProcessQueue final : public JobQueue {
public:
    // The tools and the metrics outlive the queue; `surface` names it in the metrics. Drain before letting
    // go.
    InProcessQueue(const Executor& executor, Tools tools, Customs customs, const JobSettings& settings,
                   Metrics& metrics, const std::string& surface);

    awaitable<Result<std::string>> submit(std::string recording) override {
        co_return take_in(std::move(recording));
    }
    awaitable<std::shared_ptr<const JobRecord>> status(std::string id) override { co_return look_up(id); }
    // Nobody else knows of these jobs.
    void leave_to_successor() override {}
    // What has not ended by then ends as Error.
    awaitable<void> drain(Duration grace) override;

    // The same as calls.
    Result<std::string> take_in(std::string recording);
    std::shared_ptr<const JobRecord> look_up(std::string_view id) { return records_.find(id); }

private:
    // A job at work, as seen from the queue. Shared by the queue, which may cancel it, and by the
    // completion of the job's coroutine.
    struct Hand {
        asio::cancellation_signal stop;  // emitted on the loop
    };

    std::optional<Error> admit(Job job);

    // --- with the lock held ---
    bool has_room(std::size_t bytes) const;
    void begin_what_waits();
    void begin(Job job);

    // --- on the loop ---
    awaitable<void> carry_out(Job job);
    void put_down(const std::shared_ptr<Hand>& hand);
    awaitable<void> drain_here(Duration grace);
    awaitable<void> until_idle();
    bool is_idle() const;

    // --- any thread ---
    void finish(const Job& job, JobRecord record, const std::optional<Error>& failure);

    const Executor executor_;
    const Tools tools_;
    const Customs customs_;
    const JobSettings settings_;
    const Log log_;
    JobRecords records_;

    mutable std::mutex mutex_;  // guards the four below: taken for a moment, never over any work
    std::deque<Job> waiting_;   // bounded by the settings, in number and in bytes
    std::size_t waiting_bytes_ = 0;
    std::unordered_set<std::shared_ptr<Hand>> hands_;  // these leave on the loop only
    bool draining_ = false;

    Timer idle_;  // never expires; cancelled when the last job has been put down

    const JobTally tally_;
};

}  // namespace repartee::jobs
