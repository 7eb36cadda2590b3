// What both queues say of their jobs: the record of an end, and the figures.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"
#include "jobs/job.h"

#include <optional>
#include <string>

namespace repartee::jobs {

// The record of a job that has got as far as `record` and then ended, well or with `failure`, which is
// logged and told in words for whoever waits.
JobRecord ended(JobRecord record, const std::optional<Error>& failure, const Log& log);

// The figures of a queue. Any thread.
struct JobTally {
    JobTally(Metrics& metrics, const std::string& surface);

    // `took`: since the upload.
    void count_end(const JobRecord& record, Duration took) const;

    const Counter done;
    const Counter failed;
    const Counter refused;
    const Gauge waiting;
    const Gauge running;
    const Histogram seconds;
};

// The figures of a queue that servers share, besides. Any thread.
struct SharedTally {
    SharedTally(Metrics& metrics, const std::string& surface);

    const Counter taken_over;
    const Counter lost;
    const Counter given_back;
    const Counter given_up;
};

}  // namespace repartee::jobs
