// The connections to one SQLite database: one that writes and a few that read, on threads of their own.
// Opened when they are first used, and anew after a mistake that broke one.
//
// Writes that wait are done together: one transaction, each write within it whole or not at all (a savepoint
// of its own), one commit, and only then each is told. So the disk is waited for once for many.
#pragma once

#include "base/metrics.h"
#include "base/worker_pool.h"
#include "stores/sql.h"
#include "stores/sqlite/connection.h"
#include "stores/sqlite/sqlite_settings.h"

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace repartee::stores::sqlite {

class SqliteConnections final : public sql::Connections {
public:
    using Work = std::function<void(sql::Transaction&)>;

    SqliteConnections(std::filesystem::path file, const SqliteSettings& settings, Metrics& metrics);

    awaitable<void> write(Work work) override;
    awaitable<void> read(Work work) override;

    // Past these, Busy. Each waits in a coroutine of its caller.
    static constexpr std::size_t most_waiting_writes = 10'000;
    static constexpr std::size_t most_waiting_reads = 10'000;
    // In one transaction: who came first does not wait for all the others.
    static constexpr std::size_t most_writes_at_once = 256;

private:
    // Lies in the frame of the coroutine that waits for it.
    struct PendingWrite {
        const Work* work = nullptr;
        bool is_done = false;
        std::exception_ptr failure = {};
    };
    using Group = std::vector<PendingWrite*>;

    void line_up(PendingWrite& write);
    Group next_group();
    // On the writing thread:
    void write_group();
    void commit_apart(const Group& group);
    void commit_together(const Group& group);
    static void write_one(Connection& connection, PendingWrite& write);
    Connection& writing();
    // On the reading threads:
    void read_now(const Work& work);
    std::unique_ptr<Connection> take_reader();

    const std::filesystem::path file_;
    const SqliteSettings settings_;
    Counter commits_;
    Counter writes_;
    Counter reads_;

    std::mutex mutex_;
    std::deque<PendingWrite*> waiting_;
    std::vector<std::unique_ptr<Connection>> idle_readers_;

    std::unique_ptr<Connection> writer_;
    WorkerPool writing_thread_;  // these two last: whatever they still do has all the above
    WorkerPool reading_threads_;
};

}  // namespace repartee::stores::sqlite
