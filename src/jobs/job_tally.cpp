#include "jobs/job_tally.h"

#include <string_view>

namespace repartee::jobs {

namespace {

// Engines tell their errors as phrases or as sentences; people read these ones on a page, or hear them.
std::string as_sentence(std::string message) {
    if (message.empty()) {
        return "Something went wrong.";
    }
    if (message.front() >= 'a' && message.front() <= 'z') {
        message.front() = static_cast<char>(message.front() - 'a' + 'A');
    }
    if (std::string_view(".!?").find(message.back()) == std::string_view::npos) {
        message += '.';
    }
    return message;
}

// What somebody who waits for an answer should read.
Error presentable(Error error) {
    if (error.kind == ErrorKind::Cancelled) {
        error = {ErrorKind::Unavailable, "The server was stopped before this was answered.", error.detail};
    } else if (error.kind == ErrorKind::Internal) {
        error.message = "Something went wrong inside the server.";
    }
    error.message = as_sentence(std::move(error.message));
    return error;
}

Counter jobs_counter(Metrics& metrics, const std::string& surface, const char* outcome) {
    return metrics.counter("repartee_jobs_total", "Uploaded jobs by outcome.",
                           {{"surface", surface}, {"outcome", outcome}});
}

}  // namespace

JobRecord ended(JobRecord record, const std::optional<Error>& failure, const Log& log) {
    const auto reached = name_of(record.state);
    record.state = failure ? JobState::Error : JobState::Done;
    if (!failure) {
        return record;
    }
    auto error = presentable(*failure);
    auto tell = error.kind == ErrorKind::Internal ? &Log::error : &Log::warning;
    (log.*tell)("job failed", {{"while", reached},
                               {"code", repartee::name_of(error.kind)},
                               {"reason", error.message},
                               {"detail", error.detail}});
    record.response = error.message;
    record.fault = error.kind;
    return record;
}

JobTally::JobTally(Metrics& metrics, const std::string& surface)
    : done(jobs_counter(metrics, surface, "done")),
      failed(jobs_counter(metrics, surface, "error")),
      refused(jobs_counter(metrics, surface, "refused")),
      waiting(metrics.gauge("repartee_jobs_waiting", "Uploaded jobs that wait for their turn.",
                            {{"surface", surface}})),
      running(
          metrics.gauge("repartee_jobs_running", "Uploaded jobs being worked on.", {{"surface", surface}})),
      seconds(metrics.seconds("repartee_job_seconds", "Time from the upload of a job to its end.",
                              {{"surface", surface}})) {}

void JobTally::count_end(const JobRecord& record, Duration took) const {
    (record.state == JobState::Done ? done : failed).add();
    seconds.observe(std::chrono::duration<double>(took).count());
}

SharedTally::SharedTally(Metrics& metrics, const std::string& surface)
    : taken_over(metrics.counter("repartee_jobs_taken_over_total",
                                 "Jobs that this server took over from one whose lease had run out.",
                                 {{"surface", surface}})),
      lost(metrics.counter("repartee_jobs_lost_total",
                           "Jobs that this server worked on and left alone, because its lease was over.",
                           {{"surface", surface}})),
      given_back(metrics.counter("repartee_jobs_given_back_total",
                                 "Jobs that this server gave back unfinished because it was stopped.",
                                 {{"surface", surface}})),
      given_up(metrics.counter("repartee_jobs_given_up_total",
                               "Jobs that nobody takes any more, because every server that did was lost.",
                               {{"surface", surface}})) {}

}  // namespace repartee::jobs
