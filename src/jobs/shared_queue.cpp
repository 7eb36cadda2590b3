#include "jobs/shared_queue.h"

#include "base/together.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::jobs {

namespace {

// Between two attempts to reach a ledger that is away.
constexpr Duration pause_between_attempts = std::chrono::seconds(1);

// Ended jobs are not found any more when their time is over; they may lie there a little longer.
constexpr Duration erasing_interval = std::chrono::seconds(30);

// Of the lease, between two renewals: two of them may fail.
constexpr int renewals_in_a_lease = 3;

constexpr std::string_view last_words =
    "The server could not work on this recording. Please try another one.";

stores::JobNote note_of(const JobRecord& record) {
    return {.stage = static_cast<stores::JobStage>(record.state),
            .text = record.text,
            .response = record.response,
            .fault = record.fault};
}

JobRecord record_of(stores::JobNote note) {
    return {.state = static_cast<JobState>(note.stage),
            .text = std::move(note.text),
            .response = std::move(note.response),
            .fault = note.fault};
}

static_assert(static_cast<int>(JobState::Received) == static_cast<int>(stores::JobStage::Received));
static_assert(static_cast<int>(JobState::Transcribing) == static_cast<int>(stores::JobStage::Transcribing));
static_assert(static_cast<int>(JobState::Thinking) == static_cast<int>(stores::JobStage::Thinking));
static_assert(static_cast<int>(JobState::Done) == static_cast<int>(stores::JobStage::Done));
static_assert(static_cast<int>(JobState::Error) == static_cast<int>(stores::JobStage::Error));

// As new_job_id makes them. Nothing else needs looking up, whatever is in it.
bool may_be_job_id(std::string_view id) {
    return id.size() == 36 && id.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

// Counts bytes while it lives.
class Weight {
public:
    Weight(std::atomic<std::size_t>& sum, std::size_t bytes) : sum_(sum), bytes_(bytes) { sum_ += bytes_; }
    ~Weight() { sum_ -= bytes_; }
    Weight(const Weight&) = delete;
    Weight& operator=(const Weight&) = delete;

private:
    std::atomic<std::size_t>& sum_;
    const std::size_t bytes_;
};

}  // namespace

SharedQueue::SharedQueue(const Executor& executor, Tools tools, Customs customs, const JobSettings& settings,
                         Metrics& metrics, const std::string& surface, Shared shared)
    : executor_(executor),
      tools_(std::move(tools)),
      customs_(std::move(customs)),
      settings_(settings),
      surface_(surface),
      shared_(std::move(shared)),
      log_(tools_.voicebox.log),
      tally_(metrics, surface),
      shared_tally_(metrics, surface),
      news_(std::make_shared<Bell>()),
      taking_(new_job_id()) {
    if (shared_.doorbell != nullptr) {
        listening_ = shared_.doorbell->listen(surface_, [executor = executor_, news = news_] {
            asio::post(executor, [news] { news->ring(); });
        });
    }
    taker_ = Task(executor_, take_jobs());
}

Log SharedQueue::log_of(const Hand& hand) const {
    return log_.with({{"job", hand.hold.id}, {"attempt", hand.hold.attempt}});
}

std::int64_t SharedQueue::free_hands() const {
    return is_succeeded_ ? 0 : std::max<std::int64_t>(0, settings_.running - running_);
}

// Any thread.
void SharedQueue::knock() {
    asio::post(executor_, [news = news_] { news->ring(); });
}

template <class T>
awaitable<std::optional<T>> SharedQueue::reached(awaitable<T> asked) {
    std::optional<T> answer;
    std::exception_ptr thrown;
    try {
        answer = co_await std::move(asked);
    } catch (...) {
        // Whatever it is: jobs are taken and ended as long as the server is there.
        thrown = std::current_exception();
    }
    const auto failure = thrown ? std::optional(error_of(thrown)) : std::nullopt;
    if (failure && failure->kind == ErrorKind::Cancelled) {
        std::rethrow_exception(thrown);
    }
    // Said once, not each second.
    if (failure && !is_out_of_reach_) {
        log_.warning("jobs out of reach", {{"code", repartee::name_of(failure->kind)},
                                           {"reason", failure->message},
                                           {"detail", failure->detail}});
    } else if (!failure && is_out_of_reach_) {
        log_.info("jobs within reach again");
    }
    is_out_of_reach_ = failure.has_value();
    co_return answer;
}

// --- taking in, and telling ---

awaitable<Result<std::string>> SharedQueue::submit(std::string recording) {
    is_of_use_ = true;
    const auto bytes = recording.size();
    stores::NewJob job{.id = new_job_id(), .queue = surface_, .recording = std::move(recording)};
    const auto id = job.id;
    log_.info("audio received", {{"job", id}, {"bytes", bytes}});
    auto refusal = refusal_here(bytes);
    if (!refusal) {
        const Weight weight(arriving_bytes_, bytes);
        const auto free = free_hands();
        // One that begins at once waits for nobody, however large it is.
        const stores::JobLimits limits{
            .waiting = settings_.waiting + free,
            .waiting_bytes = settings_.waiting_bytes + (free > 0 ? static_cast<std::int64_t>(bytes) : 0)};
        try {
            co_await shared_.opened();
            const auto waiting = co_await shared_.ledger.add(std::move(job), limits);
            tally_.waiting.set(static_cast<double>(waiting));
            others_wanted_ = others_wanted_ || waiting > free;
        } catch (const Failure& failed) {
            refusal = failed.error();
        }
    }
    if (refusal) {
        tally_.refused.add();
        log_.warning("job refused", {{"job", id}, {"reason", refusal->message}, {"detail", refusal->detail}});
        co_return *refusal;
    }
    knock();
    co_return id;
}

// What needs no ledger to be refused.
std::optional<Error> SharedQueue::refusal_here(std::size_t bytes) const {
    if (draining_) {
        return Error{ErrorKind::Unavailable, "The server is about to stop.", {}};
    }
    const auto arriving = arriving_bytes_.load();
    if (arriving > 0 && arriving + bytes > static_cast<std::size_t>(settings_.waiting_bytes)) {
        return Error{ErrorKind::Busy, "Too many recordings are waiting. Please try again in a moment.", {}};
    }
    return std::nullopt;
}

awaitable<std::shared_ptr<const JobRecord>> SharedQueue::status(std::string id) {
    is_of_use_ = true;
    std::shared_ptr<const JobRecord> record;
    if (may_be_job_id(id)) {
        co_await shared_.opened();
        auto note = co_await shared_.ledger.find(surface_, std::move(id), settings_.keep);
        if (note) {
            record = std::make_shared<const JobRecord>(record_of(std::move(*note)));
        }
    }
    co_return record;
}

// --- taking jobs ---

awaitable<void> SharedQueue::take_jobs() {
    while (!draining_) {
        const bool took = co_await take_one();
        co_await ring_others();
        if (!took && !draining_) {
            co_await erase_old();
            co_await wait_for_news();
        }
    }
}

awaitable<bool> SharedQueue::take_one() {
    is_of_use_ = is_of_use_ || !shared_.is_ready || shared_.is_ready();
    if (!is_of_use_ || free_hands() == 0) {
        co_return false;
    }
    const auto lease_until = tools_.voicebox.clock.now() + settings_.lease;
    std::optional<stores::JobTaking> taking;
    try {
        co_await shared_.opened();
        stores::JobWish wish{.queue = surface_,
                             .name = taking_,
                             .lease = settings_.lease,
                             .most_lost = most_lost,
                             .last_words = std::string(last_words)};
        auto asked = shared_.ledger.take(std::move(wish));
        taking = co_await reached(std::move(asked));
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::Cancelled) {
            throw;
        }
    }
    if (!taking) {
        co_return false;
    }
    taking_ = new_job_id();
    tally_.waiting.set(static_cast<double>(taking->waiting));
    if (taking->given_up > 0) {
        shared_tally_.given_up.add(static_cast<double>(taking->given_up));
        tally_.failed.add(static_cast<double>(taking->given_up));
        log_.error("jobs given up", {{"count", taking->given_up}, {"lost_servers", most_lost}});
    }
    if (!taking->job) {
        co_return false;
    }
    if (draining_) {
        co_await give_back(taking->job->hold);
        co_return false;
    }
    begin(std::move(*taking->job), lease_until);
    if (taking->waiting > 0 && free_hands() == 0) {
        others_wanted_ = true;
    }
    co_return true;
}

awaitable<void> SharedQueue::ring_others() {
    if (others_wanted_.exchange(false) && shared_.doorbell != nullptr) {
        co_await shared_.doorbell->ring(surface_);
    }
}

awaitable<void> SharedQueue::erase_old() {
    if (tools_.voicebox.clock.now() < next_erasing_ || is_out_of_reach_) {
        co_return;
    }
    next_erasing_ = tools_.voicebox.clock.now() + erasing_interval;
    try {
        co_await shared_.opened();
        co_await shared_.ledger.erase_ended(surface_, settings_.keep, settings_.kept);
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::Cancelled) {
            throw;
        }
        log_.debug("ended jobs are still there", {{"reason", failure.error().message}});
    }
}

awaitable<void> SharedQueue::wait_for_news() {
    co_await first_of(tools_.voicebox.clock.sleep(look_interval), news_->wait());
}

void SharedQueue::begin(stores::TakenJob taken, TimePoint lease_until) {
    auto hand = std::make_shared<Hand>();
    hand->hold = taken.hold;
    hand->lease_until = lease_until;
    hands_.insert(hand);
    tally_.running.set(static_cast<double>(++running_));
    if (taken.is_taken_over) {
        shared_tally_.taken_over.add();
        log_of(*hand).warning("job taken over", {{"age_ms", taken.age.count()}});
    }
    Job job{.id = taken.hold.id,
            .recording = std::move(taken.recording),
            .received_at = tools_.voicebox.clock.now() - taken.age,
            .text = std::move(taken.text)};
    // Joined by `drain`, through put_down.
    asio::co_spawn(executor_, carry_out(hand, std::move(job)),
                   [this, hand](const std::exception_ptr&) { put_down(hand); });
}

// --- at work ---

// Is not cancelled itself: only its work is, and what has to be written then is written here.
awaitable<void> SharedQueue::carry_out(std::shared_ptr<Hand> hand, Job job) {
    auto& clock = tools_.voicebox.clock;
    const auto received_at = job.received_at;
    const auto left = received_at + settings_.deadline - clock.now();
    JobWork work(executor_, tools_, customs_, std::move(job), [&told = *hand](const JobRecord& record) {
        told.record = record;
        told.news.ring();
    });
    Error late{ErrorKind::ProviderLate, "This took too long. Please try again.", {}};
    hand->work = Task(executor_, with_deadline(clock, left, work.run(), std::move(late)));
    Task keeping(executor_, keep(hand));
    std::optional<Error> failure;
    try {
        co_await hand->work.join();
    } catch (...) {
        failure = error_of(std::current_exception());
    }
    if (!hand->is_lost && !hand->is_given_back) {
        co_await end(hand, received_at, work.record(), std::move(failure));
    }
    co_await keeping.stop();
    if (hand->is_given_back) {
        co_await give_back(hand->hold);
    }
}

// Tells the ledger how far the work has got, and that it goes on.
awaitable<void> SharedQueue::keep(std::shared_ptr<Hand> hand) {
    auto& clock = tools_.voicebox.clock;
    const Duration lease = settings_.lease;
    auto next = clock.now() + lease / renewals_in_a_lease;
    for (;;) {
        co_await first_of(clock.sleep_until(next), hand->news.wait());
        const auto asked_at = clock.now();
        const auto kept = co_await try_to_keep(hand);
        if (kept && *kept) {
            hand->lease_until = asked_at + lease;
        }
        if (kept ? !*kept : clock.now() >= hand->lease_until) {
            lose(*hand);
            co_return;
        }
        const auto pause = kept ? lease / renewals_in_a_lease : pause_between_attempts;
        next = std::min(clock.now() + pause, hand->lease_until);
    }
}

// Not for longer than the lease.
awaitable<std::optional<bool>> SharedQueue::try_to_keep(std::shared_ptr<Hand> hand) {
    auto& clock = tools_.voicebox.clock;
    Error late{ErrorKind::Unavailable, "the database keeps us waiting", {}};
    auto asked = shared_.ledger.keep(hand->hold, note_of(hand->record), settings_.lease);
    auto in_time = with_deadline(clock, hand->lease_until - clock.now(), std::move(asked), std::move(late));
    auto kept = co_await reached(std::move(in_time));
    co_return kept;
}

// What has been done already may still be written: the ledger knows whether it counts.
void SharedQueue::lose(Hand& hand) {
    if (!hand.work.running() || hand.is_given_back) {
        return;
    }
    hand.is_lost = true;
    shared_tally_.lost.add();
    log_of(hand).warning("job left alone", {{"reason", "its lease is over"}});
    hand.work.cancel();
}

awaitable<void> SharedQueue::end(std::shared_ptr<Hand> hand, TimePoint received_at, JobRecord record,
                                 std::optional<Error> failure) {
    record = ended(std::move(record), failure, log_of(*hand));
    const bool is_written = co_await write_end(hand, record);
    if (!is_written) {
        shared_tally_.lost.add();
        log_of(*hand).warning("job left alone", {{"reason", "its end was not taken"}});
        co_return;
    }
    const auto took = tools_.voicebox.clock.now() - received_at;
    tally_.count_end(record, took);
    log_of(*hand).info("job ended", {{"state", name_of(record.state)}, {"took_ms", milliseconds_of(took)}});
    if (record.state == JobState::Done && customs_.done) {
        customs_.done(hand->hold.id, record);
    }
}

// Again and again while the ledger is away, as long as anybody could read it.
awaitable<bool> SharedQueue::write_end(std::shared_ptr<Hand> hand, JobRecord record) {
    auto& clock = tools_.voicebox.clock;
    const auto note = note_of(record);
    const auto until = clock.now() + settings_.keep;
    for (;;) {
        auto asked = shared_.ledger.end(hand->hold, note);
        const auto written = co_await reached(std::move(asked));
        if (written) {
            co_return *written;
        }
        if (is_over_ || clock.now() >= until) {
            co_return false;
        }
        co_await first_of(clock.sleep(pause_between_attempts), hand->hurry.wait());
    }
}

awaitable<void> SharedQueue::give_back(stores::JobHold hold) {
    shared_tally_.given_back.add();
    auto asked = shared_.ledger.give_back(hold);
    const auto given = co_await reached(std::move(asked));
    log_.info("job given back", {{"job", hold.id}, {"at_once", given && *given}});
    others_wanted_ = true;
}

void SharedQueue::put_down(const std::shared_ptr<Hand>& hand) {
    hands_.erase(hand);
    tally_.running.set(static_cast<double>(--running_));
    news_->ring();
    if (hands_.empty()) {
        idle_.ring();
    }
}

// --- the end ---

awaitable<void> SharedQueue::drain(Duration grace) {
    co_await asio::co_spawn(executor_, drain_here(grace), use_awaitable);
}

awaitable<void> SharedQueue::drain_here(Duration grace) {
    draining_ = true;
    listening_.reset();
    news_->ring();
    co_await first_of(until_done(), tools_.voicebox.clock.sleep(grace));
    is_over_ = true;
    co_await taker_.stop();
    const auto hands = hands_;  // cancelled work may leave at once
    for (const auto& hand : hands) {
        if (hand->work.running() && !hand->is_lost) {
            hand->is_given_back = true;
            hand->work.cancel();
        }
        hand->hurry.ring();
    }
    co_await until_idle();
    co_await ring_others();
}

awaitable<void> SharedQueue::until_done() {
    co_await taker_.join();
    co_await until_idle();
}

awaitable<void> SharedQueue::until_idle() {
    while (!hands_.empty()) {
        co_await idle_.wait();
    }
}

}  // namespace repartee::jobs
