// The queue that several servers share, by a ledger in their database (stores/job_ledger.h): an upload is
// there, recording and all, before its id is told; whichever server has a hand free takes it; any of them
// says what has become of it. A server that dies is followed by another once its lease has run out, and what
// it writes after that counts for nothing: so each job ends once, and `done` is called at one server.
//
// Where the database is away, nothing is taken in (Unavailable), work in hand goes on while its lease lasts,
// and its end is written when the database is back.
//
// The jobs work on one loop. Calls come from any strand.
#pragma once

#include "base/bell.h"
#include "base/metrics.h"
#include "base/task.h"
#include "jobs/job_queue.h"
#include "jobs/job_settings.h"
#include "jobs/job_tally.h"
#include "jobs/job_work.h"
#include "stores/doorbell.h"
#include "stores/job_ledger.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

namespace repartee::jobs {

// What the servers share. All of it outlives the queue.
struct Shared {
    stores::JobLedger& ledger;
    // Returns once the ledger can be used. Throws Failure{Unavailable} while it cannot. Any strand.
    std::function<awaitable<void>()> opened;
    stores::Doorbell* doorbell = nullptr;  // null: a job that waits is found within `look_interval`
    // Whether jobs can be worked on here. A server that has just started takes none before, unless a client
    // has come: the others may be able to, and it may be one that is given no place (docs/restart.md). Null:
    // they can. On the loop.
    std::function<bool()> is_ready = {};
};

class SharedQueue final : public JobQueue {
public:
    // The tools and the metrics outlive the queue; `surface` names it, in the ledger and in the metrics.
    // Begins to take jobs by itself. Drain before letting go.
    SharedQueue(const Executor& executor, Tools tools, Customs customs, const JobSettings& settings,
                Metrics& metrics, const std::string& surface, Shared shared);

    awaitable<Result<std::string>> submit(std::string recording) override;
    awaitable<std::shared_ptr<const JobRecord>> status(std::string id) override;
    // Takes no more jobs: the successor does, and what was wrong here may be mended there.
    void leave_to_successor() override { is_succeeded_ = true; }
    // What cannot end well in that time is given back, for another server to take at once.
    awaitable<void> drain(Duration grace) override;

    // How often a server with a hand free looks for jobs that nobody has told it of: so much later, at most,
    // than the end of a dead server's lease its jobs are taken over.
    static constexpr Duration look_interval = std::chrono::seconds(1);
    // A job that has taken so many servers with it is given to no other.
    static constexpr int most_lost = 3;

private:
    // A job at work. Owned by the set of them and by the coroutines that work on it. On the loop.
    struct Hand {
        stores::JobHold hold;
        TimePoint lease_until{};  // by our clock: no later than the database thinks
        JobRecord record;         // as far as the work has told
        Bell news;                // the record has changed
        Bell hurry;               // grace is over
        Task work;
        bool is_lost = false;        // somebody else may have it by now
        bool is_given_back = false;  // because the server is stopped
    };

    Log log_of(const Hand& hand) const;
    std::int64_t free_hands() const;
    void knock();
    std::optional<Error> refusal_here(std::size_t bytes) const;

    // --- on the loop ---
    awaitable<void> take_jobs();
    awaitable<bool> take_one();
    awaitable<void> ring_others();
    awaitable<void> erase_old();
    awaitable<void> wait_for_news();
    void begin(stores::TakenJob taken, TimePoint lease_until);
    awaitable<void> carry_out(std::shared_ptr<Hand> hand, Job job);
    awaitable<void> keep(std::shared_ptr<Hand> hand);
    awaitable<std::optional<bool>> try_to_keep(std::shared_ptr<Hand> hand);
    void lose(Hand& hand);
    awaitable<void> end(std::shared_ptr<Hand> hand, TimePoint received_at, JobRecord record,
                        std::optional<Error> failure);
    awaitable<bool> write_end(std::shared_ptr<Hand> hand, JobRecord record);
    awaitable<void> give_back(stores::JobHold hold);
    void put_down(const std::shared_ptr<Hand>& hand);
    awaitable<void> drain_here(Duration grace);
    awaitable<void> until_done();
    awaitable<void> until_idle();
    // What was asked of the ledger; nothing where it cannot be reached.
    template <class T>
    awaitable<std::optional<T>> reached(awaitable<T> asked);

    const Executor executor_;
    const Tools tools_;
    const Customs customs_;
    const JobSettings settings_;
    const std::string surface_;
    const Shared shared_;
    const Log log_;
    const JobTally tally_;
    const SharedTally shared_tally_;

    std::atomic<bool> draining_{false};
    std::atomic<bool> is_succeeded_{false};
    std::atomic<bool> is_of_use_{false};  // can work, or a client has come
    std::atomic<std::int64_t> running_{0};
    std::atomic<std::size_t> arriving_bytes_{0};  // of recordings on their way to the ledger; bounded
    std::atomic<bool> others_wanted_{false};      // there is more to do than we have hands

    // On the loop:
    std::unordered_set<std::shared_ptr<Hand>> hands_;
    std::shared_ptr<Bell> news_;  // shared with knocks that are on their way
    Bell idle_;
    std::string taking_;  // the name of the taking that is tried
    TimePoint next_erasing_{};
    bool is_out_of_reach_ = false;
    bool is_over_ = false;  // grace is
    std::unique_ptr<stores::Doorbell::Listening> listening_;
    Task taker_;
};

}  // namespace repartee::jobs
