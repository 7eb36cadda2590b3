#include "stores/sqlite/sqlite_connections.h"

#include <limits>

namespace repartee::stores::sqlite {

namespace {

// The line of writes is bounded by itself.
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

[[noreturn]] void refuse() {
    throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.",
                  "the line for the database is full");
}

}  // namespace

SqliteConnections::SqliteConnections(std::filesystem::path file, const SqliteSettings& settings,
                                     Metrics& metrics)
    : file_(std::move(file)),
      settings_(settings),
      commits_(metrics.counter("repartee_sqlite_commits_total", "Transactions that changed the database.")),
      writes_(metrics.counter("repartee_sqlite_writes_total",
                              "Pieces of work that write; several share a commit.")),
      reads_(metrics.counter("repartee_sqlite_reads_total", "Pieces of work that read.")),
      writing_thread_(1, no_limit),
      reading_threads_(static_cast<std::size_t>(settings.readers), most_waiting_reads) {}

// --- writing ---

awaitable<void> SqliteConnections::write(Work work) {
    PendingWrite mine{.work = &work};
    line_up(mine);
    // From here on the line knows this frame: it stays until the write is done, also when it is cancelled.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    std::exception_ptr failure;
    auto turn = [this, &mine](const std::stop_token&) {
        while (!mine.is_done) {  // not together with one that came before
            write_group();
        }
    };
    try {
        co_await writing_thread_.run(turn);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (mine.failure) {
        std::rethrow_exception(mine.failure);
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void SqliteConnections::line_up(PendingWrite& write) {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting_writes) {
        refuse();
    }
    waiting_.push_back(&write);
}

SqliteConnections::Group SqliteConnections::next_group() {
    std::lock_guard lock(mutex_);
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most_writes_at_once));
    Group group(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return group;
}

// In the order in which they came: so whoever's turn it is, is in the first group, or in one soon after it
// where many have come between its line and its turn.
void SqliteConnections::write_group() {
    const auto group = next_group();
    try {
        writing().run("BEGIN IMMEDIATE");
    } catch (...) {
        for (auto* write : group) {
            write->failure = std::current_exception();
        }
    }
    if (writer_ && writer_->is_in_transaction()) {
        try {
            commit_together(group);
        } catch (...) {
            writer_->roll_back();
            commit_apart(group);
        }
    }
    if (writer_ && writer_->is_broken()) {
        writer_.reset();
    }
    for (auto* write : group) {
        write->is_done = true;
    }
}

// One of them has ended the transaction of all: which one shows when each has its own.
void SqliteConnections::commit_apart(const Group& group) {
    for (auto* write : group) {
        try {
            writing().run("BEGIN IMMEDIATE");
            commit_together({write});
        } catch (...) {
            write->failure = std::current_exception();
            if (writer_) {
                writer_->roll_back();
            }
        }
    }
}

void SqliteConnections::commit_together(const Group& group) {
    auto& connection = writing();
    for (auto* write : group) {
        write->failure = nullptr;
        write_one(connection, *write);
    }
    connection.run("COMMIT");
    commits_.add();
    writes_.add(static_cast<double>(group.size()));
}

// Throws only when the transaction of all is over.
void SqliteConnections::write_one(Connection& connection, PendingWrite& write) {
    connection.run("SAVEPOINT one_of_many");
    try {
        (*write.work)(connection);
    } catch (...) {
        if (!connection.is_in_transaction()) {
            throw;
        }
        write.failure = std::current_exception();
        connection.run("ROLLBACK TO one_of_many");
    }
    connection.run("RELEASE one_of_many");
}

Connection& SqliteConnections::writing() {
    if (!writer_ || writer_->is_broken()) {
        writer_.reset();
        writer_ = std::make_unique<Connection>(file_, Connection::Use::Write, settings_);
    }
    return *writer_;
}

// --- reading ---

awaitable<void> SqliteConnections::read(Work work) {
    auto reading = [this, &work](const std::stop_token& stop) {
        if (stop.stop_requested()) {
            throw Failure(ErrorKind::Cancelled, "cancelled");  // nobody hears it
        }
        read_now(work);
    };
    co_await reading_threads_.run(reading);
}

void SqliteConnections::read_now(const Work& work) {
    auto connection = take_reader();
    connection->run("BEGIN");
    try {
        work(*connection);
    } catch (...) {
        connection->roll_back();
        if (!connection->is_broken()) {
            std::lock_guard lock(mutex_);
            idle_readers_.push_back(std::move(connection));
        }
        throw;
    }
    connection->run("COMMIT");
    reads_.add();
    std::lock_guard lock(mutex_);
    idle_readers_.push_back(std::move(connection));
}

std::unique_ptr<Connection> SqliteConnections::take_reader() {
    {
        std::lock_guard lock(mutex_);
        if (!idle_readers_.empty()) {
            auto connection = std::move(idle_readers_.back());
            idle_readers_.pop_back();
            return connection;
        }
    }
    return std::make_unique<Connection>(file_, Connection::Use::Read, settings_);
}

}  // namespace repartee::stores::sqlite
