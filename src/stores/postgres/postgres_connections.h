// Work on PostgreSQL, each piece in a transaction of its own, on a thread of its own. Connections are made
// when they are wanted and kept. What is lost on the way is done again (sql.h), until the patience of the
// settings is over; it is real time, whatever clock the rest of the program runs on. Whoever is cancelled, or
// whose patience is over, while no thread has begun with it, leaves the line; what is under way is given up,
// save a commit, whose end is waited for.
#pragma once

#include "base/log.h"
#include "base/worker_pool.h"
#include "stores/postgres/outage.h"
#include "stores/postgres/postgres_connection.h"
#include "stores/sql.h"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace repartee::stores::postgres {

class PostgresConnections final : public sql::Connections {
public:
    // `grace`: how long an outage may last before whoever comes is told at once.
    PostgresConnections(Address address, const PostgresSettings& settings, Log log,
                        std::chrono::milliseconds grace);

    // More than `most_waiting` pieces of work that wait for a connection: Failure{Busy}.
    awaitable<void> write(std::function<void(sql::Transaction&)> work) override;
    awaitable<void> read(std::function<void(sql::Transaction&)> work) override;
    awaitable<void> search(std::function<void(sql::Transaction&)> work) override;

    const Address& address() const { return address_; }

    static constexpr std::size_t most_waiting = 1024;

private:
    using Work = std::function<void(sql::Transaction&)>;

    awaitable<void> run(WorkerPool& threads, Access access, Work work);
    void carry_out(Access access, const Work& work, Deadline deadline, const std::stop_token& stop);
    void try_once(Access access, const Work& work, Deadline deadline, const std::stop_token& stop);
    std::unique_ptr<PostgresConnection> take(Deadline deadline, const std::stop_token& stop);
    void give_back(std::unique_ptr<PostgresConnection> connection);
    void note_outage(const PostgresFailure& failure, Outage::Time since);
    void note_success();

    const Address address_;
    const PostgresSettings settings_;
    const Log log_;

    std::mutex mutex_;
    std::vector<std::unique_ptr<PostgresConnection>> idle_;  // the one used last is at the end
    Outage outage_;
    std::string reason_;  // of the outage

    // As many as there are connections at most, together; the first to go.
    WorkerPool threads_;
    std::optional<WorkerPool> searching_;  // where there are enough
};

}  // namespace repartee::stores::postgres
