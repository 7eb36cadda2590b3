#include "jobs/in_process_queue.h"

#include "base/together.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace repartee::jobs {

InProcessQueue::InProcessQueue(const Executor& executor, Tools tools, Customs customs,
                               const JobSettings& settings, Metrics& metrics, const std::string& surface)
    : executor_(executor),
      tools_(std::move(tools)),
      customs_(std::move(customs)),
      settings_(settings),
      log_(tools_.voicebox.log),
      records_(tools_.voicebox.clock, settings.keep, static_cast<std::size_t>(settings.kept)),
      idle_(executor, Timer::time_point::max()),
      tally_(metrics, surface) {}

// --- taking in ---

Result<std::string> InProcessQueue::take_in(std::string recording) {
    auto bytes = recording.size();
    Job job{
        .id = new_job_id(), .recording = std::move(recording), .received_at = tools_.voicebox.clock.now()};
    auto id = job.id;
    log_.info("audio received", {{"job", id}, {"bytes", bytes}});
    if (auto refusal = admit(std::move(job))) {
        tally_.refused.add();
        log_.warning("job refused", {{"job", id}, {"reason", refusal->message}});
        return *refusal;
    }
    return id;
}

std::optional<Error> InProcessQueue::admit(Job job) {
    std::lock_guard lock(mutex_);
    if (draining_) {
        return Error{ErrorKind::Unavailable, "The server is about to stop.", {}};
    }
    if (!has_room(job.recording.size())) {
        return Error{ErrorKind::Busy, "Too many recordings are waiting. Please try again in a moment.", {}};
    }
    records_.add(job.id);
    waiting_bytes_ += job.recording.size();
    waiting_.push_back(std::move(job));
    begin_what_waits();
    return std::nullopt;
}

bool InProcessQueue::has_room(std::size_t bytes) const {
    bool begins_at_once = hands_.size() < static_cast<std::size_t>(settings_.running);
    return begins_at_once || (waiting_.size() < static_cast<std::size_t>(settings_.waiting) &&
                              waiting_bytes_ + bytes <= static_cast<std::size_t>(settings_.waiting_bytes));
}

// --- at work ---

// First come, first served: since every job ends by its deadline, the next one gets its turn before its
// own deadline has passed.
void InProcessQueue::begin_what_waits() {
    while (!waiting_.empty() && hands_.size() < static_cast<std::size_t>(settings_.running)) {
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= job.recording.size();
        begin(std::move(job));
    }
    tally_.waiting.set(static_cast<double>(waiting_.size()));
    tally_.running.set(static_cast<double>(hands_.size()));
}

void InProcessQueue::begin(Job job) {
    auto hand = std::make_shared<Hand>();
    hands_.insert(hand);
    // Spawned on the loop, where it may be cancelled too; joined by `drain`.
    asio::post(executor_, [this, hand, job = std::move(job)]() mutable {
        auto ended = [this, hand](const std::exception_ptr&) { put_down(hand); };
        asio::co_spawn(executor_, carry_out(std::move(job)),
                       asio::bind_cancellation_slot(hand->stop.slot(), std::move(ended)));
    });
}

awaitable<void> InProcessQueue::carry_out(Job job) {
    Job named{.id = job.id, .recording = {}, .received_at = job.received_at};
    auto& clock = tools_.voicebox.clock;
    auto left = job.received_at + settings_.deadline - clock.now();
    JobWork work(executor_, tools_, customs_, std::move(job),
                 [this, id = named.id](const JobRecord& record) { records_.publish(id, record); });
    std::optional<Error> failure;
    try {
        Error late{ErrorKind::ProviderLate, "This took too long. Please try again.", {}};
        co_await with_deadline(clock, left, work.run(), std::move(late));
    } catch (...) {
        failure = error_of(std::current_exception());
    }
    finish(named, work.record(), failure);
}

void InProcessQueue::finish(const Job& job, JobRecord record, const std::optional<Error>& failure) {
    auto took = tools_.voicebox.clock.now() - job.received_at;
    record = ended(std::move(record), failure, log_.with({{"job", job.id}}));
    records_.publish(job.id, record);
    tally_.count_end(record, took);
    log_.info("job ended",
              {{"job", job.id}, {"state", name_of(record.state)}, {"took_ms", milliseconds_of(took)}});
    if (!failure && customs_.done) {
        customs_.done(job.id, record);
    }
}

void InProcessQueue::put_down(const std::shared_ptr<Hand>& hand) {
    std::lock_guard lock(mutex_);
    hands_.erase(hand);
    begin_what_waits();
    if (hands_.empty()) {
        idle_.cancel();
    }
}

// --- the end ---

awaitable<void> InProcessQueue::drain(Duration grace) {
    co_await asio::co_spawn(executor_, drain_here(grace), use_awaitable);
}

awaitable<void> InProcessQueue::drain_here(Duration grace) {
    {
        std::lock_guard lock(mutex_);
        draining_ = true;
    }
    co_await first_of(until_idle(), tools_.voicebox.clock.sleep(grace));
    std::deque<Job> unbegun;
    {
        std::lock_guard lock(mutex_);
        unbegun.swap(waiting_);
        waiting_bytes_ = 0;
        for (const auto& hand : hands_) {
            asio::post(executor_, [hand] { hand->stop.emit(asio::cancellation_type::terminal); });
        }
    }
    Error stopped{ErrorKind::Cancelled, {}, "still waiting"};
    for (const auto& job : unbegun) {
        finish(job, {}, stopped);
    }
    co_await until_idle();
}

awaitable<void> InProcessQueue::until_idle() {
    while (!is_idle()) {
        co_await idle_.async_wait(asio::as_tuple(use_awaitable));
        auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
}

bool InProcessQueue::is_idle() const {
    std::lock_guard lock(mutex_);
    return hands_.empty();
}

}  // namespace repartee::jobs
