// The connections to one SQLite database: one that writes and a few that read, on threads of their own.
// Opened when they are first used, and anew after a mistake that broke one.
//
// Writes that wait are done together: one transaction, each write within it whole or not at all (of
// several each has a savepoint of its own), one commit, and only then each is told. So the disk is waited for
// once for many.
//
// Whoever is cancelled: a write that still waits leaves the line, one that is being done is done; a read is
// broken off within a millisecond, wherever it is.
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
    awaitable<void> search(Work work) override;

    // Past these, Busy. Each waits in a coroutine of its caller.
    static constexpr std::size_t most_waiting_writes = 10'000;
    static constexpr std::size_t most_waiting_reads = 10'000;
    static constexpr std::size_t most_waiting_searches = 100;
    // In one transaction: who came first does not wait for all the others.
    static constexpr std::size_t most_writes_at_once = 256;

private:
    // Lies in the frame of the coroutine that waits for it.
    struct PendingWrite {
        const Work* work = nullptr;
        std::uint64_t number = 0;  // in the order of the line
        bool is_in_line = true;    // no group has it yet
        std::exception_ptr failure = {};
    };
    using Group = std::vector<PendingWrite*>;

    void line_up(PendingWrite& write);
    bool is_in_line(const PendingWrite& write);
    // False when it was not in the line any more: it is being done, or has been.
    bool leave_line(PendingWrite& write);
    // Up to this number; none that came later.
    Group next_group(std::uint64_t latest);
    std::uint64_t latest_in_line();
    // On the writing thread:
    void write_group();
    void commit_apart(const Group& group);
    void commit_together(const Group& group);
    static void write_alone(Connection& connection, PendingWrite& write);
    static void write_one(Connection& connection, PendingWrite& write);
    Connection& writing();
    // On the reading threads:
    awaitable<void> look(WorkerPool& threads, Work work, std::chrono::milliseconds longest);
    void look_now(const Work& work, std::chrono::milliseconds longest, const std::stop_token& stop);
    std::unique_ptr<Connection> take_reader();
    void give_back(std::unique_ptr<Connection> connection);

    const std::filesystem::path file_;
    const SqliteSettings settings_;
    Counter commits_;
    Counter writes_;
    Counter reads_;

    std::mutex mutex_;
    std::deque<PendingWrite*> waiting_;
    std::uint64_t lined_up_ = 0;
    std::vector<std::unique_ptr<Connection>> idle_readers_;

    std::unique_ptr<Connection> writer_;
    WorkerPool writing_thread_;  // these last: whatever they still do has all the above
    WorkerPool reading_threads_;
    WorkerPool searching_threads_;
};

}  // namespace repartee::stores::sqlite
