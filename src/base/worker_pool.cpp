#include "base/worker_pool.h"

namespace repartee {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
    try {
        while (threads_.size() < threads) {
            threads_.emplace_back([this] { work(); });
        }
    } catch (...) {
        close();  // else those that have begun are joined for ever
        throw;
    }
}

WorkerPool::~WorkerPool() {
    close();
}

std::size_t WorkerPool::queued() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
}

void WorkerPool::line_up(Job& job) {
    {
        std::lock_guard lock(mutex_);
        if (waiting_.size() >= queue_limit_) {
            throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.");
        }
        waiting_.push_back(job);
    }
    news_.notify_one();
}

bool WorkerPool::withdraw(Job& job) {
    std::lock_guard lock(mutex_);
    if (!job.is_linked()) {
        return false;
    }
    waiting_.erase(waiting_.iterator_to(job));
    return true;
}

// Until the pool closes and nobody waits any more.
void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        news_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
        if (waiting_.empty()) {
            return;
        }
        auto& job = waiting_.front();
        waiting_.pop_front();
        lock.unlock();
        job.carry_out();
        lock.lock();
    }
}

// The threads are joined by their own destructors.
void WorkerPool::close() {
    {
        std::lock_guard lock(mutex_);
        is_closing_ = true;
    }
    news_.notify_all();
}

}  // namespace repartee
