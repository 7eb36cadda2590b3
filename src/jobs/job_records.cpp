#include "jobs/job_records.h"

namespace repartee::jobs {

void JobRecords::add(const std::string& id) {
    auto record = std::make_shared<const JobRecord>();
    std::lock_guard lock(mutex_);
    forget_old();
    records_.emplace(id, std::move(record));
}

bool JobRecords::publish(const std::string& id, JobRecord record) {
    auto next = std::make_shared<const JobRecord>(std::move(record));
    std::lock_guard lock(mutex_);
    auto place = records_.find(id);
    if (place == records_.end() || is_final(place->second->state) || next->state <= place->second->state) {
        return false;
    }
    place->second = std::move(next);
    if (is_final(place->second->state)) {
        ended_.push_back({clock_.now(), id});
        forget_old();
    }
    return true;
}

std::shared_ptr<const JobRecord> JobRecords::find(std::string_view id) {
    std::lock_guard lock(mutex_);
    forget_old();
    auto place = records_.find(id);
    return place == records_.end() ? nullptr : place->second;
}

// With the lock held. A few at a time would do: each is forgotten once.
void JobRecords::forget_old() {
    auto now = clock_.now();
    while (!ended_.empty() && (ended_.size() > most_ended_ || now - ended_.front().at > keep_)) {
        records_.erase(ended_.front().id);
        ended_.pop_front();
    }
}

}  // namespace repartee::jobs
