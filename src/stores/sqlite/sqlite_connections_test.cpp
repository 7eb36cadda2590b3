#include "stores/sqlite/sqlite_connections.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "stores/sqlite/database_file.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <latch>

namespace repartee::stores::sqlite {
namespace {

namespace fs = std::filesystem;
using sql::Transaction;
using testing::HasSubstr;

class SqliteConnectionsTest : public testing::Test {
protected:
    SqliteConnectionsTest() {
        std::string name = testing::TempDir() + "/repartee-sqlite-XXXXXX";
        folder = ::mkdtemp(name.data());
        file = folder / "data" / usual_name;
        settings.busy_timeout = 50ms;
    }
    ~SqliteConnectionsTest() override {
        connections.reset();
        fs::remove_all(folder);
    }

    void open() { connections = std::make_unique<SqliteConnections>(file, settings, metrics); }
    void write(SqliteConnections::Work work) { run_to_end(context, connections->write(std::move(work))); }
    void read(SqliteConnections::Work work) { run_to_end(context, connections->read(std::move(work))); }
    void write(const std::string& statement) {
        write([&](Transaction& transaction) { transaction.run(statement); });
    }
    std::int64_t number(const std::string& question) {
        std::int64_t answer = -1;
        read([&](Transaction& transaction) { answer = transaction.run(question).rows.at(0).integer(0); });
        return answer;
    }
    Error error_when(const std::function<void()>& doing) {
        try {
            doing();
        } catch (const Failure& failure) {
            return failure.error();
        }
        ADD_FAILURE() << "nothing was thrown";
        return {};
    }
    void run_what_is_ready() {
        context.restart();
        context.poll();
    }
    static SqliteConnections::Work insert(std::int64_t id) {
        return [id](Transaction& transaction) { transaction.run("INSERT INTO kept (id) VALUES ($1)", {id}); };
    }
    static constexpr std::string_view endless =
        "WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless) "
        "SELECT max(n) FROM endless";

    // The thread that writes has its hands full with this.
    class Held {
    public:
        explicit Held(SqliteConnectionsTest& test)
            : test_(test),
              holding_(test.context.get_executor(), test.connections->write([this](Transaction&) {
                  has_begun_.count_down();
                  gate_.wait();
              })) {
            test_.run_what_is_ready();
            has_begun_.wait();
        }
        void let_go() {
            gate_.count_down();
            run_to_end(test_.context, holding_.join());
        }

    private:
        SqliteConnectionsTest& test_;
        std::latch has_begun_{1};
        std::latch gate_{1};
        Task holding_;
    };
    friend class Held;

    double counted(const std::string& name) { return metrics.counter(name, "").value(); }

    fs::path folder;
    fs::path file;
    SqliteSettings settings;
    Metrics metrics;
    asio::io_context context;
    std::unique_ptr<SqliteConnections> connections;
};

TEST_F(SqliteConnectionsTest, OpenNothingUntilTheyAreUsed) {
    open();
    EXPECT_FALSE(fs::exists(file));
    const auto error = error_when([&] { number("SELECT 1 FROM sqlite_master"); });  // who reads makes no file
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("repartee migrate"));
    EXPECT_FALSE(fs::exists(file));
    write("CREATE TABLE kept (id BIGINT)");
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 0);
}

TEST_F(SqliteConnectionsTest, KeepTheFileForItsOwnersEyes) {
    open();
    write("CREATE TABLE kept (id BIGINT)");
    constexpr auto owner = fs::perms::owner_read | fs::perms::owner_write;
    EXPECT_EQ(fs::status(file).permissions(), owner);
    EXPECT_EQ(fs::status(file.string() + "-wal").permissions(), owner);
    EXPECT_EQ(fs::status(file.parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(SqliteConnectionsTest, WriteAheadAndWaitForTheDisk) {
    open();
    write([](Transaction& transaction) {
        EXPECT_EQ(transaction.run("PRAGMA journal_mode").rows.at(0).text(0), "wal");
        EXPECT_EQ(transaction.run("PRAGMA synchronous").rows.at(0).integer(0), 2);
        EXPECT_EQ(transaction.run("PRAGMA foreign_keys").rows.at(0).integer(0), 1);
    });
    read([](Transaction& transaction) {
        EXPECT_EQ(transaction.run("PRAGMA foreign_keys").rows.at(0).integer(0), 1);
    });
}

TEST_F(SqliteConnectionsTest, CommitTogetherWhateverWaits) {
    open();
    write("CREATE TABLE kept (id BIGINT PRIMARY KEY)");
    const auto commits_before = counted("repartee_sqlite_commits_total");
    const auto writes_before = counted("repartee_sqlite_writes_total");
    std::promise<void> lined_up;
    auto all_are_there = lined_up.get_future().share();
    int done = 0;
    constexpr int writers = 200;
    for (int id = 0; id < writers; ++id) {
        // The first holds the line up until all the others have joined it.
        asio::co_spawn(context, connections->write([id, all_are_there](Transaction& transaction) {
            all_are_there.wait();
            transaction.run("INSERT INTO kept (id) VALUES ($1)", {std::int64_t{id}});
        }),
                       [&](std::exception_ptr failure) {
                           EXPECT_FALSE(failure);
                           ++done;
                       });
    }
    context.restart();
    context.poll();
    lined_up.set_value();
    while (done < writers) {
        context.restart();
        context.run_one_for(10s);
    }
    EXPECT_EQ(number("SELECT count(*) FROM kept"), writers);
    EXPECT_EQ(counted("repartee_sqlite_writes_total") - writes_before, writers);
    EXPECT_LE(counted("repartee_sqlite_commits_total") - commits_before, 2);
}

TEST_F(SqliteConnectionsTest, RefuseMoreThanMayWait) {
    open();
    std::promise<void> free;
    auto is_free = free.get_future().share();
    std::size_t refused = 0;
    std::size_t ended = 0;
    constexpr auto writers = SqliteConnections::most_waiting_writes + 300;
    for (std::size_t number = 0; number < writers; ++number) {
        asio::co_spawn(context, connections->write([is_free](Transaction&) { is_free.wait(); }),
                       [&](std::exception_ptr failure) {
                           ++ended;
                           refused += failure && error_of(failure).kind == ErrorKind::Busy ? 1 : 0;
                       });
    }
    context.restart();
    context.poll();
    EXPECT_GT(refused, 0U);
    EXPECT_EQ(refused, ended);
    free.set_value();
    while (ended < writers) {
        context.restart();
        ASSERT_GT(context.run_one_for(10s), 0U);
    }
    EXPECT_LE(refused, 300U);
}

TEST_F(SqliteConnectionsTest, SayWhenTheDiskIsFullAndGoOnWhenThereIsRoom) {
    open();
    write("CREATE TABLE kept (id BIGINT, bytes BLOB)");
    write("PRAGMA max_page_count = 20");
    int done = 0;
    Error error;
    const auto insert = [](std::int64_t id, std::size_t bytes) {
        return [id, bytes](Transaction& transaction) {
            transaction.run("INSERT INTO kept (id, bytes) VALUES ($1, $2)",
                            {id, sql::Blob{std::string(bytes, 'x')}});
        };
    };
    // Side by side, so that the one that does not fit ends the transaction of all.
    for (std::int64_t id = 0; id < 5; ++id) {
        asio::co_spawn(context, connections->write(insert(id, id == 2 ? 1'000'000 : 10)),
                       [&, id](std::exception_ptr failure) {
                           ++done;
                           EXPECT_EQ(failure != nullptr, id == 2);
                           error = failure ? error_of(failure) : error;
                       });
    }
    while (done < 5) {
        context.restart();
        context.run_one_for(10s);
    }
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("disk is full"));
    EXPECT_THAT(error.message, HasSubstr(file.string()));
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 4);
    write("PRAGMA max_page_count = 10000");
    write(insert(2, 1'000'000));
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 5);
}

TEST_F(SqliteConnectionsTest, TellWhoseCommitFailsAndKeepTheOthers) {
    open();
    write("CREATE TABLE places (id BIGINT PRIMARY KEY)");
    write("CREATE TABLE kept (id BIGINT, place BIGINT REFERENCES places (id) DEFERRABLE INITIALLY DEFERRED)");
    int done = 0;
    // Side by side; that one of them has no place shows when all are committed, and not before.
    for (std::int64_t id = 0; id < 5; ++id) {
        asio::co_spawn(context, connections->write([id](Transaction& transaction) {
            const sql::Value place = id == 2 ? sql::Value(std::int64_t{7}) : sql::Value(nullptr);
            transaction.run("INSERT INTO kept (id, place) VALUES ($1, $2)", {id, place});
        }),
                       [&, id](std::exception_ptr failure) {
                           ++done;
                           EXPECT_EQ(failure != nullptr, id == 2);
                           EXPECT_TRUE(!failure || error_of(failure).kind == ErrorKind::NotFound);
                       });
    }
    while (done < 5) {
        context.restart();
        ASSERT_GT(context.run_one_for(10s), 0U);
    }
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 4);
    EXPECT_EQ(number("SELECT sum(id) FROM kept"), 0 + 1 + 3 + 4);
}

TEST_F(SqliteConnectionsTest, SayWhenTheFileIsNoDatabase) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << std::string(5000, 'x');
    open();
    for (const auto& doing : {std::function<void()>([&] { write("CREATE TABLE kept (id BIGINT)"); }),
                              std::function<void()>([&] { number("SELECT count(*) FROM sqlite_master"); })}) {
        const auto error = error_when(doing);
        EXPECT_EQ(error.kind, ErrorKind::Unavailable);
        EXPECT_THAT(error.message, HasSubstr("is not an SQLite database"));
    }
    // And once somebody has moved it away, all is well.
    fs::remove(file);
    write("CREATE TABLE kept (id BIGINT)");
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 0);
}

TEST_F(SqliteConnectionsTest, SayWhenTheFileIsDamaged) {
    open();
    write([](Transaction& transaction) {
        transaction.run("CREATE TABLE kept (id BIGINT PRIMARY KEY, bytes BLOB)");
        for (std::int64_t id = 0; id < 100; ++id) {
            transaction.run("INSERT INTO kept (id, bytes) VALUES ($1, $2)",
                            {id, sql::Blob{std::string(1000, 'x')}});
        }
    });
    connections.reset();  // all is in the file
    {
        std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
        damaged.seekp(4096);
        damaged << std::string(20 * 4096, '\x7F');
    }
    open();
    const auto error = error_when([&] { number("SELECT count(*) FROM kept WHERE bytes <> 'y'"); });
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("damaged"));
}

TEST_F(SqliteConnectionsTest, SayWhereNoFileCanBe) {
    file = "/proc/no-such-place/repartee.db";
    open();
    const auto error = error_when([&] { write("CREATE TABLE kept (id BIGINT)"); });
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("/proc/no-such-place/repartee.db"));
    file = folder;  // a folder
    open();
    EXPECT_EQ(error_when([&] { write("CREATE TABLE kept (id BIGINT)"); }).kind, ErrorKind::Unavailable);
}

TEST_F(SqliteConnectionsTest, SayWhenNothingCanBeWritten) {
    open();
    write("CREATE TABLE kept (id BIGINT)");
    write("PRAGMA query_only = ON");  // as on a disk that is mounted read-only: whoever runs tests may write
                                      // anywhere
    const auto error = error_when([&] { write("INSERT INTO kept (id) VALUES (1)"); });
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("cannot be written"));
    write("INSERT INTO kept (id) VALUES (2)");  // through another connection
    EXPECT_EQ(number("SELECT sum(id) FROM kept"), 2);
}

TEST_F(SqliteConnectionsTest, SayWhenAnotherProgramDoesNotComeToAnEnd) {
    open();
    write("CREATE TABLE kept (id BIGINT)");
    Connection other_program(file, Connection::Use::Write, settings);
    other_program.run("BEGIN IMMEDIATE");
    const auto error = error_when([&] { write("INSERT INTO kept (id) VALUES (1)"); });
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("another program"));
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 0);  // reading goes on
    other_program.roll_back();
    write("INSERT INTO kept (id) VALUES (1)");
}

TEST_F(SqliteConnectionsTest, StopALookUpThatTakesTooLong) {
    settings.longest_read = 100ms;
    settings.readers = 1;
    open();
    write("CREATE TABLE kept (id BIGINT)");
    const auto error = error_when([&] { number(std::string(endless)); });
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("too long"));
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 0);
}

TEST_F(SqliteConnectionsTest, LookNothingUpForWhoHasLeftTheLine) {
    settings.readers = 1;
    open();
    write("CREATE TABLE kept (id BIGINT)");
    std::promise<void> free;
    auto is_free = free.get_future().share();
    int ended = 0;
    int looked_up = 0;
    const auto count_ends = [&](std::exception_ptr) { ++ended; };
    asio::co_spawn(context, connections->read([is_free](Transaction&) { is_free.wait(); }), count_ends);
    asio::cancellation_signal leave;
    asio::co_spawn(context, connections->read([&](Transaction&) { ++looked_up; }),
                   asio::bind_cancellation_slot(leave.slot(), count_ends));
    context.restart();
    context.poll();
    leave.emit(asio::cancellation_type::terminal);
    context.restart();
    context.poll();
    free.set_value();
    while (ended < 2) {
        context.restart();
        ASSERT_GT(context.run_one_for(10s), 0U);
    }
    EXPECT_EQ(looked_up, 0);
}

// --- who is cancelled ---

TEST_F(SqliteConnectionsTest, DoNotWriteForWhoHasLeftTheLine) {
    open();
    write("CREATE TABLE kept (id BIGINT)");
    Held held(*this);
    Task leaving(context.get_executor(), connections->write(insert(1)));
    Task staying(context.get_executor(), connections->write(insert(2)));
    run_what_is_ready();
    leaving.cancel();
    run_what_is_ready();  // the writer is held all the while
    EXPECT_FALSE(leaving.running());
    EXPECT_TRUE(staying.running());
    held.let_go();
    run_to_end(context, staying.join());
    EXPECT_EQ(number("SELECT sum(id) FROM kept"), 2);
}

TEST_F(SqliteConnectionsTest, FinishAWriteThatIsCancelledWhenItIsInAGroup) {
    open();
    write("CREATE TABLE kept (id BIGINT)");
    Held held(*this);
    std::latch first_has_begun(1);
    std::latch go_on(1);
    const auto first_of_two = [&](Transaction& transaction) {
        insert(1)(transaction);
        first_has_begun.count_down();
        go_on.wait();
    };
    Task first(context.get_executor(), connections->write(first_of_two));
    Task second(context.get_executor(), connections->write(insert(2)));
    run_what_is_ready();
    held.let_go();
    first_has_begun.wait();
    first.cancel();
    second.cancel();
    run_what_is_ready();
    EXPECT_TRUE(first.running());
    EXPECT_TRUE(second.running()) << "it is in the group, and the group knows its frame";
    go_on.count_down();
    run_to_end(context, first.join());
    run_to_end(context, second.join());
    EXPECT_EQ(number("SELECT sum(id) FROM kept"), 1 + 2);
}

TEST_F(SqliteConnectionsTest, LetGoWhoeverWaitsForAnotherProgram) {
    settings.busy_timeout = 60s;
    open();
    write("CREATE TABLE kept (id BIGINT)");
    Connection other_program(file, Connection::Use::Write, settings);
    other_program.run("BEGIN IMMEDIATE");
    Task first(context.get_executor(), connections->write(insert(1)));
    Task second(context.get_executor(), connections->write(insert(2)));
    run_what_is_ready();
    second.cancel();  // the turn is the first's, if it is anybody's yet
    run_what_is_ready();
    EXPECT_FALSE(second.running());
    first.cancel();
    run_what_is_ready();
    other_program.roll_back();
    run_to_end(context, first.join());
    write(insert(4));
    EXPECT_EQ(number("SELECT sum(id) FROM kept"), 4);
}

TEST_F(SqliteConnectionsTest, WriteWholeOrNotAtAllWheneverSomebodyIsCancelled) {
    open();
    write("CREATE TABLE kept (id BIGINT, half BIGINT)");
    std::vector<Task> tasks;
    constexpr std::int64_t writers = 500;
    for (std::int64_t id = 0; id < writers; ++id) {
        tasks.emplace_back(context.get_executor(), connections->write([id](Transaction& transaction) {
            transaction.run("INSERT INTO kept (id, half) VALUES ($1, 1)", {id});
            transaction.run("INSERT INTO kept (id, half) VALUES ($1, 2)", {id});
        }));
        run_what_is_ready();
        if (id % 2 == 1) {
            tasks[static_cast<std::size_t>(id / 2)].cancel();
        }
    }
    for (auto& task : tasks) {
        run_to_end(context, task.join());
    }
    EXPECT_EQ(number("SELECT count(*) FROM (SELECT id FROM kept GROUP BY id HAVING count(*) <> 2)"), 0);
    // Half of them have not been cancelled.
    EXPECT_EQ(number("SELECT count(*) FROM kept WHERE id >= 250 AND half = 2"), writers / 2);
}

TEST_F(SqliteConnectionsTest, BreakOffALookUpThatNobodyWaitsForAnyMore) {
    settings.longest_read = 600s;
    settings.readers = 1;
    open();
    write("CREATE TABLE kept (id BIGINT)");
    std::latch has_begun(1);
    Task looking(context.get_executor(), connections->read([&](Transaction& transaction) {
        has_begun.count_down();
        transaction.run(endless);
    }));
    run_what_is_ready();
    has_begun.wait();
    looking.cancel();
    run_to_end(context, looking.join());
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 0);  // by the same connection
}

// --- searches ---

TEST_F(SqliteConnectionsTest, KeepNobodyWaitingForASearch) {
    settings.readers = 1;
    open();
    write("CREATE TABLE kept (id BIGINT)");
    std::promise<void> free;
    auto is_free = free.get_future().share();
    std::vector<Task> searches;
    for (int count = 0; count < 8; ++count) {
        searches.emplace_back(context.get_executor(),
                              connections->search([is_free](Transaction&) { is_free.wait(); }));
    }
    run_what_is_ready();
    EXPECT_EQ(number("SELECT count(*) FROM kept"), 0);
    free.set_value();
    for (auto& search : searches) {
        run_to_end(context, search.join());
    }
}

TEST_F(SqliteConnectionsTest, StopASearchThatTakesTooLong) {
    settings.longest_search = 100ms;
    settings.longest_read = 600s;
    open();
    write("CREATE TABLE kept (id BIGINT)");
    const auto error = error_when([&] {
        run_to_end(context, connections->search([](Transaction& transaction) { transaction.run(endless); }));
    });
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("too long"));
}

TEST_F(SqliteConnectionsTest, FindWordsInAnyCase) {
    open();
    write("CREATE TABLE kept (words TEXT)");
    write("INSERT INTO kept (words) VALUES ('Une ÉCOLE'), ('ecole'), (NULL), ('50% off'), ('')");
    const auto found = [&](const std::string& word) {
        std::int64_t answer = -1;
        read([&](Transaction& transaction) {
            answer = transaction.run("SELECT count(*) FROM kept WHERE has_word(words, $1)", {word})
                         .rows.at(0)
                         .integer(0);
        });
        return answer;
    };
    EXPECT_EQ(found("école"), 1);
    EXPECT_EQ(found("ECOLE"), 1);
    EXPECT_EQ(found("%"), 1);
    EXPECT_EQ(found("_"), 0);
    EXPECT_EQ(found(""), 5);
}

TEST_F(SqliteConnectionsTest, ChangeCaseInAllAlphabets) {
    open();
    write("CREATE TABLE kept (words TEXT)");
    write("INSERT INTO kept (words) VALUES ('ÉCOLE'), (NULL), ('')");
    EXPECT_EQ(number("SELECT count(*) FROM kept WHERE lower(words) = 'école'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM kept WHERE lower(words) IS NULL"), 1);
}

TEST_F(SqliteConnectionsTest, TellAMistakeOfOurs) {
    open();
    for (const auto* wrong : {"SELEKT 1", "SELECT * FROM nowhere", "SELECT $1", ""}) {
        EXPECT_EQ(error_when([&] { write(wrong); }).kind, ErrorKind::Internal) << wrong;
    }
    write("CREATE TABLE kept (id BIGINT)");
}

}  // namespace
}  // namespace repartee::stores::sqlite
