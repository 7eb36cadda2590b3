// The job ledger over SQL, as PostgreSQL speaks it (SKIP LOCKED): a database in a file has one server, which
// keeps its jobs itself.
#pragma once

#include "stores/job_ledger.h"
#include "stores/sql.h"

namespace repartee::stores {

class SqlJobs final : public JobLedger {
public:
    // `connections` outlive it.
    explicit SqlJobs(sql::Connections& connections) : connections_(connections) {}

    awaitable<std::int64_t> add(NewJob job, JobLimits limits) override;
    awaitable<JobTaking> take(JobWish wish) override;
    awaitable<bool> keep(JobHold hold, JobNote note, std::chrono::milliseconds lease) override;
    awaitable<bool> end(JobHold hold, JobNote note) override;
    awaitable<bool> give_back(JobHold hold) override;
    awaitable<std::optional<JobNote>> find(std::string queue, std::string id,
                                           std::chrono::milliseconds kept_for) override;
    awaitable<void> erase_ended(std::string queue, std::chrono::milliseconds kept_for,
                                std::int64_t most) override;

private:
    sql::Connections& connections_;
};

}  // namespace repartee::stores
