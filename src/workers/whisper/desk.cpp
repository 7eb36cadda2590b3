#include "workers/whisper/desk.h"

#include "base/error.h"

#include <algorithm>

namespace repartee::workers::whisper {

// What the desk, its threads and the tickets share.
struct Desk::Queue {
    std::mutex mutex;
    std::condition_variable changed;
    std::list<std::shared_ptr<Desk::Ticket::Job>> waiting;  // of any rank, in the order they came
    bool ended = false;
};

struct Desk::Ticket::Job {
    Job(std::shared_ptr<Queue> the_queue, Rank the_rank, Work the_work)
        : queue(std::move(the_queue)), rank(the_rank), work(std::move(the_work)) {}

    enum class Stage { Waiting, Begun, Over };
    const std::shared_ptr<Queue> queue;
    const Rank rank;
    Work work;
    std::atomic<bool> abort = false;
    Stage stage = Stage::Waiting;  // under the queue's mutex
};

Desk::Ticket& Desk::Ticket::operator=(Ticket&& other) noexcept {
    withdraw();
    job_ = std::move(other.job_);
    return *this;
}

bool Desk::Ticket::pending() const {
    if (!job_) {
        return false;
    }
    std::lock_guard lock(job_->queue->mutex);
    return job_->stage != Job::Stage::Over;
}

void Desk::Ticket::withdraw() {
    auto job = std::exchange(job_, nullptr);
    if (!job) {
        return;
    }
    auto& queue = *job->queue;
    std::unique_lock lock(queue.mutex);
    job->abort = true;
    std::erase(queue.waiting, job);
    if (job->stage == Job::Stage::Waiting) {
        job->stage = Job::Stage::Over;
    }
    queue.changed.wait(lock, [&] { return job->stage == Job::Stage::Over; });
}

void Desk::Ticket::wait() const {
    if (job_) {
        std::unique_lock lock(job_->queue->mutex);
        job_->queue->changed.wait(lock, [&] { return job_->stage == Job::Stage::Over; });
    }
}

Desk::Desk(SpeechModel& model, const DeskOptions& options)
    : options_(options), queue_(std::make_shared<Queue>()) {
    for (int i = 0; i < options_.decoders; ++i) {
        decoders_.push_back(model.decoder(options_.threads));
    }
    for (auto& decoder : decoders_) {
        threads_.emplace_back([this, &decoder] { serve(*decoder); });
    }
}

Desk::~Desk() {
    std::lock_guard lock(queue_->mutex);
    queue_->ended = true;
    queue_->changed.notify_all();
}

Desk::Ticket Desk::ask(Rank rank, Work work) {
    auto job = std::make_shared<Ticket::Job>(queue_, rank, std::move(work));
    std::lock_guard lock(queue_->mutex);
    if (rank != Rank::Final && queue_->waiting.size() >= options_.places) {
        throw Failure(ErrorKind::Busy, "Too many people speak at once. Please try again in a moment.");
    }
    queue_->waiting.push_back(job);
    queue_->changed.notify_all();
    return Ticket(std::move(job));
}

void Desk::serve(Decoder& decoder) {
    using Job = Ticket::Job;
    auto& queue = *queue_;
    std::unique_lock lock(queue.mutex);
    for (;;) {
        queue.changed.wait(lock, [&] { return queue.ended || !queue.waiting.empty(); });
        if (queue.ended) {
            return;
        }
        auto next = std::ranges::min_element(queue.waiting, {}, &Job::rank);
        auto job = *next;
        queue.waiting.erase(next);
        job->stage = Job::Stage::Begun;
        lock.unlock();
        job->work(decoder, job->abort);
        lock.lock();
        job->stage = Job::Stage::Over;
        queue.changed.notify_all();
    }
}

}  // namespace repartee::workers::whisper
