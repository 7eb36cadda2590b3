#include "stores/sqlite/sqlite_connections.h"

#include <algorithm>
#include <limits>

namespace repartee::stores::sqlite {

namespace {

// The line of writes is bounded by itself.
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// Each looks through all that somebody has, as fast as a core can: more of them would take the cores from
// those who talk.
std::size_t searches_at_once() {
    return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 4, 1, 2);
}

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
      reading_threads_(static_cast<std::size_t>(settings.readers), most_waiting_reads),
      searching_threads_(searches_at_once(), most_waiting_searches) {}

// --- writing ---

awaitable<void> SqliteConnections::write(Work work) {
    PendingWrite mine{.work = &work};
    line_up(mine);
    // From here on the line knows this frame: it stays until the write is done or has left the line.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    std::exception_ptr failure;
    auto turn = [this, &mine](const std::stop_token&) {
        while (is_in_line(mine)) {  // not done together with one that came before
            write_group();
        }
    };
    bool has_left = false;
    auto may_leave = [this, &mine, &has_left] { return has_left = leave_line(mine); };
    try {
        co_await writing_thread_.run(turn, may_leave);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (mine.failure) {
        std::rethrow_exception(mine.failure);
    }
    // Who was cancelled when it was in a group already hears what is true: it is done.
    if (failure && (has_left || is_in_line(mine))) {
        std::rethrow_exception(failure);
    }
}

void SqliteConnections::line_up(PendingWrite& write) {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting_writes) {
        refuse();
    }
    write.number = ++lined_up_;
    waiting_.push_back(&write);
}

bool SqliteConnections::is_in_line(const PendingWrite& write) {
    std::lock_guard lock(mutex_);
    return write.is_in_line;
}

bool SqliteConnections::leave_line(PendingWrite& write) {
    std::lock_guard lock(mutex_);
    if (!std::exchange(write.is_in_line, false)) {
        return false;
    }
    std::erase(waiting_, &write);
    return true;
}

std::uint64_t SqliteConnections::latest_in_line() {
    std::lock_guard lock(mutex_);
    return lined_up_;
}

SqliteConnections::Group SqliteConnections::next_group(std::uint64_t latest) {
    std::lock_guard lock(mutex_);
    Group group;
    while (!waiting_.empty() && waiting_.front()->number <= latest && group.size() < most_writes_at_once) {
        group.push_back(waiting_.front());
        waiting_.pop_front();
        group.back()->is_in_line = false;
    }
    return group;
}

// In the order in which they came: so whoever's turn it is, is in the first group, or in one soon after it
// where many have come between its line and its turn. They are taken out of the line once the database is
// ours: while another program has it, they can leave.
void SqliteConnections::write_group() {
    const auto latest = latest_in_line();
    std::exception_ptr failure;
    try {
        writing().run("BEGIN IMMEDIATE");
    } catch (...) {
        failure = std::current_exception();
    }
    // Whoever has come since has not waited for so long yet.
    const auto group = next_group(failure ? latest : std::numeric_limits<std::uint64_t>::max());
    if (failure) {
        for (auto* write : group) {
            write->failure = failure;
        }
    } else if (group.empty()) {
        writer_->roll_back();
    } else {
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
}

// One of them has ended the transaction of all: which one shows when each has its own.
void SqliteConnections::commit_apart(const Group& group) {
    std::exception_ptr refused;  // the database is not ours any more: the others do not wait for it, too
    for (auto* write : group) {
        if (refused) {
            write->failure = refused;
            continue;
        }
        bool has_begun = false;
        try {
            writing().run("BEGIN IMMEDIATE");
            has_begun = true;
            commit_together({write});
        } catch (...) {
            write->failure = std::current_exception();
            if (writer_) {
                writer_->roll_back();
            }
            if (!has_begun) {
                refused = write->failure;
            }
        }
    }
}

void SqliteConnections::commit_together(const Group& group) {
    auto& connection = writing();
    for (auto* write : group) {
        write->failure = nullptr;
    }
    if (group.size() == 1) {
        write_alone(connection, *group.front());
        if (group.front()->failure) {
            return;
        }
    } else {
        for (auto* write : group) {
            write_one(connection, *write);
        }
    }
    connection.run("COMMIT");
    commits_.add();
    writes_.add(static_cast<double>(group.size()));
}

// The transaction is its own, and ends with it where it fails: no savepoint, for which SQLite copies each
// page before it is changed. Throws as the next does.
void SqliteConnections::write_alone(Connection& connection, PendingWrite& write) {
    try {
        (*write.work)(connection);
    } catch (...) {
        if (!connection.is_in_transaction()) {
            throw;
        }
        write.failure = std::current_exception();
        connection.roll_back();
    }
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
    co_await look(reading_threads_, std::move(work), settings_.longest_read);
}

awaitable<void> SqliteConnections::search(Work work) {
    co_await look(searching_threads_, std::move(work), settings_.longest_search);
}

awaitable<void> SqliteConnections::look(WorkerPool& threads, Work work, std::chrono::milliseconds longest) {
    auto looking = [this, &work, longest](const std::stop_token& stop) { look_now(work, longest, stop); };
    co_await threads.run(looking);
}

void SqliteConnections::look_now(const Work& work, std::chrono::milliseconds longest,
                                 const std::stop_token& stop) {
    auto connection = take_reader();
    connection->heed(longest, stop);
    try {
        connection->run("BEGIN");
        work(*connection);
        connection->run("COMMIT");
    } catch (...) {
        connection->roll_back();
        give_back(std::move(connection));
        throw;
    }
    give_back(std::move(connection));
    reads_.add();
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

void SqliteConnections::give_back(std::unique_ptr<Connection> connection) {
    if (connection->is_broken()) {
        return;
    }
    connection->heed(settings_.longest_read, {});
    std::lock_guard lock(mutex_);
    idle_readers_.push_back(std::move(connection));
}

}  // namespace repartee::stores::sqlite
