// The queue behind polling: takes recordings in, works on a few at a time, lets anybody ask about them.
//
//     auto id = jobs.submit(std::move(bytes));
//     if (auto record = jobs.status(*id)) { ... }
//
// Received -> Transcribing -> Thinking -> Done or Error, strictly forward, and an end comes within the
// deadline. Each job is a conversation of its own; nothing is written anywhere, the recording is given
// back as soon as it is understood, and the record is forgotten after a while.
//
// The jobs work on one loop. Calls come from any thread, and wait for nobody's work.
#pragma once

#include "base/metrics.h"
#include "jobs/job_records.h"
#include "jobs/job_settings.h"
#include "jobs/job_work.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace repartee::jobs {

class JobQueue {
public:
    // The tools and the metrics outlive the queue; `surface` names it in the metrics. Drain before letting
    // go.
    JobQueue(const Executor& executor, Tools tools, Customs customs, const JobSettings& settings,
             Metrics& metrics, const std::string& surface);

    // The new job's id; its record is there already. Busy when too many wait, Unavailable when the queue
    // is being drained.
    Result<std::string> submit(std::string recording);

    // The record as it is now; nothing for an unknown id.
    std::shared_ptr<const JobRecord> status(std::string_view id) { return records_.find(id); }

    // Takes nothing in any more, and lets what is there end well for `grace`; the rest ends as Error.
    // Returns when nothing is left. Once.
    awaitable<void> drain(Duration grace);

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

    const Counter done_;
    const Counter failed_;
    const Counter refused_;
    const Gauge waiting_now_;
    const Gauge running_now_;
    const Histogram seconds_;
};

}  // namespace repartee::jobs
