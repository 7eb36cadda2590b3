#include "stores/index_builder.h"

#include <exception>
#include <optional>

namespace repartee::stores {

namespace {

void build_index(ShelvedVectors& vectors, const std::stop_token& stop) {
    std::optional<VectorSet::IndexWork> work;
    std::int64_t loads = 0;
    {
        std::shared_lock lock(vectors.mutex);
        if (!vectors.set || !vectors.set->wants_index()) {
            return;
        }
        work.emplace(vectors.set->index_work());
        loads = vectors.loads;
    }
    work->run(stop);
    std::unique_lock lock(vectors.mutex);
    if (!stop.stop_requested() && vectors.loads == loads) {
        vectors.set->adopt(std::move(*work));
    }
}

}  // namespace

void IndexBuilder::ask_for(const std::shared_ptr<ShelvedVectors>& vectors) {
    {
        std::shared_lock lock(vectors->mutex);
        if (!vectors->set || !vectors->set->wants_index()) {
            return;
        }
    }
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting || vectors->index_is_coming.exchange(true)) {
        return;
    }
    waiting_.push_back(vectors);
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }
    news_.notify_one();
}

void IndexBuilder::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::shared_ptr<ShelvedVectors> vectors;
        {
            std::unique_lock lock(mutex_);
            if (!news_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
                return;
            }
            vectors = waiting_.front().lock();
            waiting_.pop_front();
        }
        if (!vectors) {
            continue;
        }
        try {
            build_index(*vectors, stop);
            vectors->index_is_coming = false;
        } catch (const std::exception&) {
            // Out of memory, most likely. This set is searched without one as long as it is in RAM: whoever
            // searches next would only ask for the same again.
        }
    }
}

}  // namespace repartee::stores
