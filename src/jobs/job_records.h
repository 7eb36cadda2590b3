// What pollers read: the record of every job in hand, and of those that ended a while ago.
//
// Any thread, several at a time. A look-up holds a lock for as long as it takes to find a pointer, and
// never waits for work. A record is replaced as a whole, so nobody sees half of one.
#pragma once

#include "base/clock.h"
#include "jobs/job.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace repartee::jobs {

class JobRecords {
public:
    // Ended jobs are kept for `keep`, and `most_ended` of them at most: the oldest go first.
    JobRecords(Clock& clock, Duration keep, std::size_t most_ended)
        : clock_(clock), keep_(keep), most_ended_(most_ended) {}

    // A new job, Received.
    void add(const std::string& id);

    // Only forwards: what would lead back, or past an end, is not taken (false).
    bool publish(const std::string& id, JobRecord record);

    // Nothing for ids that nobody was given, and for those that are forgotten.
    std::shared_ptr<const JobRecord> find(std::string_view id);

private:
    struct Ended {
        TimePoint at;
        std::string id;
    };

    void forget_old();

    Clock& clock_;
    const Duration keep_;
    const std::size_t most_ended_;
    std::mutex mutex_;
    // Shared with whoever is writing an answer from one just now.
    std::map<std::string, std::shared_ptr<const JobRecord>, std::less<>> records_;
    std::deque<Ended> ended_;  // the oldest first
};

}  // namespace repartee::jobs
