#include "stores/postgres/postgres_connections.h"

#include <algorithm>
#include <condition_variable>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::postgres {

namespace {

using Now = std::chrono::steady_clock;

// How often work is run again because others were in its way. Each time one of them gets through.
constexpr int most_collisions = 10;

// How long whoever has asked to stop waits for a transaction to be rolled back. After that the connection is
// closed, which does it as well.
constexpr std::chrono::milliseconds goodbye{100};

// Of the connections, for searches: the others are there for those who talk. None where there are so few that
// all are needed.
std::size_t for_searches(const PostgresSettings& settings) {
    return static_cast<std::size_t>(settings.connections) / 4;
}

class PostgresTransaction final : public sql::Transaction {
public:
    explicit PostgresTransaction(PostgresConnection& connection) : connection_(connection) {}
    sql::Dialect dialect() const override { return sql::Dialect::Postgres; }
    sql::Answer run(std::string_view statement, std::span<const sql::Value> parameters) override {
        return connection_.run(statement, parameters);
    }

private:
    PostgresConnection& connection_;
};

// What befalls whoever comes next, too: it cannot be reached, or does not let us in.
bool means_outage(const PostgresFailure& failure) {
    return failure.remedy() == Remedy::Reconnect || failure.remedy() == Remedy::Patience ||
           failure.state().starts_with("28") || failure.state() == "3D000";
}

// Between two attempts; ends at once where somebody asks to stop.
void pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace

PostgresConnections::PostgresConnections(Address address, const PostgresSettings& settings, Log log,
                                         std::chrono::milliseconds grace)
    : address_(std::move(address)),
      settings_(settings),
      log_(std::move(log)),
      outage_(grace),
      threads_(static_cast<std::size_t>(settings.connections) - for_searches(settings), most_waiting) {
    if (const auto searches = for_searches(settings); searches > 0) {
        searching_.emplace(searches, most_waiting);
    }
}

awaitable<void> PostgresConnections::write(Work work) {
    co_await run(threads_, Access::Write, std::move(work));
}

awaitable<void> PostgresConnections::read(Work work) {
    co_await run(threads_, Access::Read, std::move(work));
}

awaitable<void> PostgresConnections::search(Work work) {
    co_await run(searching_ ? *searching_ : threads_, Access::Read, std::move(work));
}

awaitable<void> PostgresConnections::run(WorkerPool& threads, Access access, Work work) {
    const auto deadline = Now::now() + settings_.patience;
    auto blocking = [this, access, deadline, &work](const std::stop_token& stop) {
        carry_out(access, work, deadline, stop);
    };
    co_await threads.run_by(deadline, std::move(blocking));
}

void PostgresConnections::carry_out(Access access, const Work& work, Deadline deadline,
                                    const std::stop_token& stop) {
    int collisions = 0;
    bool was_fresh = false;
    auto back_off = std::chrono::milliseconds(20);
    while (true) {
        if (stop.stop_requested()) {
            throw Failure(ErrorKind::Cancelled, "cancelled");  // nobody hears it
        }
        try {
            try_once(access, work, deadline, stop);
            note_success();
            return;
        } catch (const PostgresFailure& failure) {
            const auto now = Now::now();
            bool again = false;
            switch (failure.remedy()) {
                case Remedy::None:
                    // Two that look for a row, do not find it and make it: whoever comes second finds it when
                    // it looks again. So does work whose own commit got through unheard.
                    again = failure.state() == "23505" && collisions++ == 0;
                    break;
                case Remedy::Again:
                    again = collisions++ < most_collisions;
                    back_off = std::chrono::milliseconds(1 + collisions);
                    break;
                case Remedy::Fresh: again = !std::exchange(was_fresh, true); break;
                case Remedy::Reconnect:
                case Remedy::Patience: {
                    std::scoped_lock lock(mutex_);
                    again = outage_.is_young(now);
                    break;
                }
            }
            if (!again || stop.stop_requested() || now + back_off >= deadline) {
                throw;
            }
        }
        pause(back_off, stop);
        back_off = std::min(back_off * 2, std::chrono::milliseconds(500));
    }
}

void PostgresConnections::try_once(Access access, const Work& work, Deadline deadline,
                                   const std::stop_token& stop) {
    const auto begin = Now::now();
    {
        std::scoped_lock lock(mutex_);
        if (!outage_.admits(begin)) {
            throw PostgresFailure(std::string(connection_lost), reason_);
        }
    }
    try {
        auto connection = take(deadline, stop);
        connection->set_deadline(deadline);
        try {
            connection->begin(access);
            PostgresTransaction transaction(*connection);
            work(transaction);
            connection->commit();
        } catch (const PostgresFailure& failure) {
            // One that keeps us waiting is not asked to roll back, too; closing it does that.
            if (failure.remedy() == Remedy::None || failure.remedy() == Remedy::Again) {
                connection->roll_back();
                give_back(std::move(connection));
            }
            if (failure.remedy() == Remedy::Fresh) {
                std::scoped_lock lock(mutex_);
                idle_.clear();  // what the others have prepared is as old
            }
            throw;
        } catch (...) {
            if (stop.stop_requested()) {
                connection->set_deadline(Now::now() + goodbye);
            }
            connection->roll_back();
            give_back(std::move(connection));
            throw;
        }
        give_back(std::move(connection));
    } catch (const PostgresFailure& failure) {
        // Work that waited for its turn until its time was nearly over says nothing about the database.
        const bool was_late =
            failure.state() == no_answer && Now::now() - begin < settings_.connect_timeout / 2;
        if (means_outage(failure) && !was_late) {
            note_outage(failure, failure.state() == no_answer ? begin : Now::now());
        }
        throw;
    }
}

// An idle one that is usable, or a new one.
std::unique_ptr<PostgresConnection> PostgresConnections::take(Deadline deadline,
                                                              const std::stop_token& stop) {
    {
        std::scoped_lock lock(mutex_);
        while (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            if (connection->is_usable()) {
                connection->heed(stop);
                return connection;
            }
        }
    }
    const auto connecting = std::min(deadline, Now::now() + settings_.connect_timeout);
    return std::make_unique<PostgresConnection>(address_, settings_, connecting, stop);
}

void PostgresConnections::give_back(std::unique_ptr<PostgresConnection> connection) {
    if (connection->is_usable()) {
        connection->heed({});
        std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(connection));
    }
}

void PostgresConnections::note_outage(const PostgresFailure& failure, Outage::Time since) {
    bool is_news = false;
    {
        std::scoped_lock lock(mutex_);
        is_news = outage_.noticed(Now::now(), since);
        reason_ = failure.error().detail;
        // What has befallen one connection has befallen the others.
        idle_.clear();
    }
    if (is_news) {
        log_.warning("postgresql is out of reach",
                     {{"at", address_.name()}, {"reason", failure.error().detail}});
    }
}

void PostgresConnections::note_success() {
    bool is_news = false;
    {
        std::scoped_lock lock(mutex_);
        is_news = outage_.over();
    }
    if (is_news) {
        log_.info("postgresql is there again", {{"at", address_.name()}});
    }
}

}  // namespace repartee::stores::postgres
