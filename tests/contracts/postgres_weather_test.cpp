// What becomes of work on a real PostgreSQL when connections, servers and answers are lost.
#include "base/task.h"
#include "stores/postgres/postgres_memories.h"
#include "trial_postgres.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <latch>

namespace repartee::stores {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Work = std::function<void(sql::Transaction&)>;

class PostgresWeather : public testing::Test {
protected:
    void SetUp() override {
        trial.settings.patience = 5s;
        trial.settings.statement_timeout = 4s;
        trial.settings.connect_timeout = 2s;
        connections = trial.connect(house.surroundings());
    }
    void write(Work work) { house.run(connections->write(std::move(work))); }
    void read(Work work) { house.run(connections->read(std::move(work))); }
    Error failure_of_writing(Work work) {
        std::vector<awaitable<void>> alone;
        alone.push_back(connections->write(std::move(work)));
        auto results = house.run_all(std::move(alone));
        EXPECT_FALSE(results[0]);
        return results[0] ? Error{} : results[0].error();
    }
    void create_table() {
        write([](sql::Transaction& transaction) {
            transaction.run("CREATE TABLE kept (id BIGINT PRIMARY KEY, words TEXT NOT NULL DEFAULT '')");
        });
    }
    std::int64_t count() {
        std::int64_t rows = -1;
        read([&](sql::Transaction& transaction) {
            rows = transaction.run("SELECT count(*) FROM kept").rows.at(0).integer(0);
        });
        return rows;
    }
    static std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

    StoresHouse house;
    TrialPostgres trial;
    std::unique_ptr<sql::Connections> connections;
};

// Two messages of one user, ids from the number.
std::vector<NewMessage> exchange(int number) {
    return {{.id = fmt::format("{}-said", number), .role = Role::User, .text = "said"},
            {.id = fmt::format("{}-answered", number), .role = Role::Assistant, .text = "answered"}};
}

class PostgresHistoryWeather : public PostgresWeather {
protected:
    void SetUp() override {
        PostgresWeather::SetUp();
        database = trial.open(house.surroundings());
        house.run(database->migrate());
        NewUser someone{.creation_id = "one",
                        .email = "ink@example.com",
                        .email_key = "ink@example.com",
                        .full_name = "Somebody",
                        .password_hash = Secret("hash"),
                        .created_at_ms = noon_ms};
        user = house.run(database->people().add(someone))->id;
    }
    History::Appended append(int number) {
        return house.run(
            database->history().append(user, "session", "conversation", "title", exchange(number), noon_ms));
    }
    // Every exchange of `acknowledged` is there, none twice, each whole and in the order of acknowledgment.
    void expect_all_there(const std::vector<int>& acknowledged) {
        auto messages = house.run(database->history().latest(user, "session", 100'000));
        std::vector<int> there;
        for (std::size_t at = 0; at < messages.size(); ++at) {
            ASSERT_EQ(messages[at].position, static_cast<std::int64_t>(at + 1));
            if (at % 2 == 0) {
                there.push_back(std::stoi(messages[at].id));
                ASSERT_EQ(messages[at].id, exchange(there.back())[0].id);
            } else {
                ASSERT_EQ(messages[at].id, exchange(there.back())[1].id);
            }
        }
        auto sorted = there;
        std::ranges::sort(sorted);
        ASSERT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << "something is there twice";
        for (int number : acknowledged) {
            ASSERT_TRUE(std::ranges::binary_search(sorted, number))
                << number << " was acknowledged and is lost";
        }
    }

    std::unique_ptr<Database> database;
    UserId user = 0;
};

// Appends one after another and keeps count of what was acknowledged.
awaitable<void> append_one_by_one(History& history, UserId user, int first, int number,
                                  std::vector<int>* acknowledged) {
    for (int at = first; at < first + number; ++at) {
        bool is_kept = false;
        while (!is_kept) {
            try {
                auto next = exchange(at);
                co_await history.append(user, "session", "conversation", "title", std::move(next), noon_ms);
                is_kept = true;
            } catch (const Failure& failure) {
                EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable) << failure.error().detail;
            }
        }
        acknowledged->push_back(at);
    }
}

}  // namespace

// --- commits ---

TEST_F(PostgresHistoryWeather, ACommitWhoseAnswerIsLostIsThereOnce) {
    std::vector<int> acknowledged;
    for (int number = 0; number < 20; ++number) {
        trial.proxy().lose_answers_to_commits(number % 3);
        EXPECT_EQ(append(number).position, 2 * number + 2);
        acknowledged.push_back(number);
    }
    EXPECT_EQ(trial.proxy().lost(), 19);
    expect_all_there(acknowledged);
}

TEST_F(PostgresHistoryWeather, ACommitThatIsLostIsDoneAgain) {
    std::vector<int> acknowledged;
    for (int number = 0; number < 20; ++number) {
        trial.proxy().lose_commits(number % 3);
        EXPECT_EQ(append(number).position, 2 * number + 2);
        acknowledged.push_back(number);
    }
    EXPECT_EQ(trial.proxy().lost(), 19);
    expect_all_there(acknowledged);
}

TEST_F(PostgresHistoryWeather, APersonIsAddedOnceWhateverIsLost) {
    for (int number = 0; number < 6; ++number) {
        trial.proxy().lose_answers_to_commits(1);
        auto name = fmt::format("person{}@example.com", number);
        NewUser person{.creation_id = name,
                       .email = name,
                       .email_key = name,
                       .full_name = "Somebody",
                       .password_hash = Secret("hash"),
                       .created_at_ms = noon_ms};
        EXPECT_TRUE(house.run(database->people().add(person))) << "taken for a second registration";
    }
    EXPECT_EQ(house.run(database->people().list(0, 100)).size(), 7u);
}

// --- servers ---

TEST_F(PostgresHistoryWeather, KilledTwentyTimesItHasLostNothing) {
    tell_servers("postgres durable");
    ServersOnceMore afterwards("postgres");
    std::vector<int> acknowledged;
    constexpr int writers = 4;
    constexpr int each = 60;
    std::vector<std::unique_ptr<Task>> tasks;
    for (int writer = 0; writer < writers; ++writer) {
        tasks.push_back(std::make_unique<Task>(
            house.surroundings().executor,
            append_one_by_one(database->history(), user, writer * 1000, each, &acknowledged)));
    }
    for (int kill = 1; kill <= 20; ++kill) {
        // A little further each time, so that it happens anywhere.
        const auto enough = static_cast<std::size_t>(kill) * writers * each / 21;
        house.run_until([&] { return acknowledged.size() >= enough; });
        tell_servers("postgres kill");
        tell_servers("postgres start");
    }
    house.run_until(
        [&] { return std::ranges::none_of(tasks, [](const auto& task) { return task->running(); }); });
    EXPECT_EQ(acknowledged.size(), std::size_t{writers * each});
    expect_all_there(acknowledged);
}

TEST_F(PostgresHistoryWeather, ARestartIsNotNoticed) {
    ServersOnceMore afterwards("postgres");
    for (int number = 0; number < 5; ++number) {
        append(number);
        tell_servers("postgres restart");
    }
    append(5);
    expect_all_there({0, 1, 2, 3, 4, 5});
}

TEST_F(PostgresHistoryWeather, AServerThatIsDownIsSaidToBeDown) {
    ServersOnceMore afterwards("postgres");
    trial.settings.patience = 600ms;
    database = trial.open(house.surroundings());
    append(1);
    tell_servers("postgres kill");
    auto begin = now();
    EXPECT_THROW(append(2), Failure);
    EXPECT_LT(now() - begin, 2s);
    // Then whoever comes is told at once, or nearly.
    begin = now();
    for (int times = 0; times < 20; ++times) {
        EXPECT_THROW(append(2), Failure);
    }
    EXPECT_LT(now() - begin, 2s);
    auto health = house.run(database->check());
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("127.0.0.1"));
    EXPECT_THAT(health.reason, testing::Not(HasSubstr("pass")));

    tell_servers("postgres start");
    begin = now();
    const auto is_back = [&] {
        try {
            append(2);
            return true;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
            return false;
        }
    };
    while (!is_back() && now() - begin < 10s) {
    }
    expect_all_there({1, 2});
    EXPECT_TRUE(house.run(database->check()).usable);
}

TEST_F(PostgresHistoryWeather, AServerThatGoesQuietKeepsNobodyWaiting) {
    ServersOnceMore afterwards("postgres");
    trial.settings.patience = 1000ms;
    trial.settings.connect_timeout = 300ms;
    database = trial.open(house.surroundings());
    append(1);
    tell_servers("postgres pause");
    for (int times = 0; times < 3; ++times) {
        auto begin = now();
        EXPECT_THROW(append(2), Failure);
        EXPECT_LT(now() - begin, 2s);
    }
    tell_servers("postgres resume");
    auto begin = now();
    bool is_back = false;
    while (!is_back && now() - begin < 10s) {
        try {
            append(2);
            is_back = true;
        } catch (const Failure&) {
        }
    }
    expect_all_there({1, 2});
}

TEST_F(PostgresHistoryWeather, ConnectionsThatTheServerEndsAreMadeAnew) {
    std::vector<int> acknowledged;
    Task writing(house.surroundings().executor,
                 append_one_by_one(database->history(), user, 0, 100, &acknowledged));
    for (std::size_t times = 1; times <= 8; ++times) {
        house.run_until([&] { return acknowledged.size() >= times * 10; });
        trial.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = 'repartee' AND pid <> pg_backend_pid()");
    }
    house.run_until([&] { return !writing.running(); });
    expect_all_there(acknowledged);
}

// --- what others do ---

TEST_F(PostgresWeather, WhoMeetInADeadlockBothGetThrough) {
    create_table();
    write([](sql::Transaction& transaction) { transaction.run("INSERT INTO kept (id) VALUES (1), (2)"); });
    auto impatient = trial.settings;
    impatient.patience = 20s;
    impatient.statement_timeout = 10s;
    postgres::PostgresConnections patient(trial.address(), impatient, Log::silent(), 5s);
    std::latch both_have_one(2);
    std::atomic<int> runs = 0;
    const auto lock_both = [&](std::int64_t first, std::int64_t second) -> Work {
        return [&runs, &both_have_one, first, second](sql::Transaction& transaction) {
            transaction.run("UPDATE kept SET words = words || 'x' WHERE id = $1", {first});
            if (++runs <= 2) {
                both_have_one.arrive_and_wait();
            }
            transaction.run("UPDATE kept SET words = words || 'x' WHERE id = $1", {second});
        };
    };
    std::vector<awaitable<void>> works;
    works.push_back(patient.write(lock_both(1, 2)));
    works.push_back(patient.write(lock_both(2, 1)));
    for (const auto& result : house.run_all(std::move(works))) {
        EXPECT_TRUE(result) << result.error().detail;
    }
    EXPECT_GE(runs, 3);
    read([](sql::Transaction& transaction) {
        for (const auto& row : transaction.run("SELECT words FROM kept").rows) {
            EXPECT_EQ(row.text(0), "xx");
        }
    });
}

TEST_F(PostgresWeather, WhoLooksAndThenInsertsLooksAgain) {
    create_table();
    std::latch both_have_looked(2);
    std::atomic<int> runs = 0;
    std::atomic<int> inserted = 0;
    Work look_and_insert = [&](sql::Transaction& transaction) {
        const bool is_there = !transaction.run("SELECT 1 FROM kept WHERE id = 1").rows.empty();
        if (++runs <= 2) {
            both_have_looked.arrive_and_wait();
        }
        if (!is_there) {
            transaction.run("INSERT INTO kept (id) VALUES (1)");
            ++inserted;
        }
    };
    std::vector<awaitable<void>> works;
    works.push_back(connections->write(look_and_insert));
    works.push_back(connections->write(look_and_insert));
    for (const auto& result : house.run_all(std::move(works))) {
        EXPECT_TRUE(result) << result.error().detail;
    }
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(inserted, 1);
    EXPECT_EQ(count(), 1);
}

TEST_F(PostgresWeather, AStatementThatTakesTooLongIsEnded) {
    trial.settings.statement_timeout = 200ms;
    connections = trial.connect(house.surroundings());
    auto begin = now();
    auto failure = failure_of_writing(
        [](sql::Transaction& transaction) { transaction.run("SELECT 1 FROM pg_sleep(30)"); });
    EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
    EXPECT_THAT(failure.message, HasSubstr("too long"));
    EXPECT_LT(now() - begin, 3s);
    create_table();
    EXPECT_EQ(count(), 0);
}

TEST_F(PostgresWeather, MoreThanCanWaitAreTurnedAway) {
    trial.settings.connections = 1;
    connections = trial.connect(house.surroundings());
    std::latch go_on(1);
    std::vector<awaitable<void>> works;
    const auto most = postgres::PostgresConnections::most_waiting;
    works.push_back(connections->write([&](sql::Transaction&) { go_on.wait(); }));
    for (std::size_t number = 0; number < most + 10; ++number) {
        works.push_back(connections->write([](sql::Transaction&) {}));
    }
    works.push_back([](std::latch& latch) -> awaitable<void> {
        latch.count_down();
        co_return;
    }(go_on));
    auto results = house.run_all(std::move(works));
    const auto turned_away = std::ranges::count_if(
        results, [](const auto& result) { return !result && result.error().kind == ErrorKind::Busy; });
    EXPECT_GE(turned_away, 10);
    EXPECT_LE(turned_away, 11);
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& result) { return bool(result); }) + turned_away,
              static_cast<long>(results.size()));
}

TEST_F(PostgresWeather, WhoWaitsUntilItsTimeIsOverIsToldThatItIsBusy) {
    trial.settings.connections = 1;
    trial.settings.patience = 300ms;
    connections = trial.connect(house.surroundings());
    std::latch go_on(1);
    std::vector<awaitable<void>> works;
    works.push_back(connections->write([&](sql::Transaction&) { go_on.wait(); }));
    works.push_back([](sql::Connections& all, std::latch& latch) -> awaitable<void> {
        std::exception_ptr failure;
        try {
            Work nothing = [](sql::Transaction&) {};
            co_await all.write(std::move(nothing));
        } catch (...) {
            failure = std::current_exception();
        }
        latch.count_down();  // not before: whoever has the connection has it all the while
        if (failure) {
            std::rethrow_exception(failure);
        }
    }(*connections, go_on));
    auto results = house.run_all(std::move(works));
    ASSERT_FALSE(results[1]);
    EXPECT_EQ(results[1].error().kind, ErrorKind::Busy);
    write([](sql::Transaction&) {});
}

// --- who is cancelled ---

TEST_F(PostgresWeather, WhoIsCancelledInTheLineLeavesItAtOnce) {
    trial.settings.connections = 1;
    connections = trial.connect(house.surroundings());
    create_table();
    std::latch has_begun(1);
    std::latch go_on(1);
    Task holding(house.surroundings().executor, connections->write([&](sql::Transaction&) {
        has_begun.count_down();
        go_on.wait();
    }));
    Task waiting(house.surroundings().executor, connections->write([](sql::Transaction& transaction) {
        transaction.run("INSERT INTO kept (id) VALUES (1)");
    }));
    house.run_what_is_ready();
    has_begun.wait();
    waiting.cancel();
    house.run_what_is_ready();
    EXPECT_FALSE(waiting.running());
    go_on.count_down();
    house.run_until([&] { return !holding.running(); });
    EXPECT_EQ(count(), 0);
}

// And the server, too, is rid of what nobody waits for.
TEST_F(PostgresWeather, AStatementUnderWayIsGivenUp) {
    trial.settings.patience = 600s;
    trial.settings.statement_timeout = 600s;
    postgres::PostgresConnections direct(trial.direct(), trial.settings, Log::silent(), 5s);
    create_table();
    const auto asleep = [&] {
        return trial
            .execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
                "'%pg_sleep(300)%' "
                "AND pid <> pg_backend_pid()")
            .rows.at(0)
            .integer(0);
    };
    Work read_on = [](sql::Transaction& transaction) { transaction.run("SELECT 1 FROM pg_sleep(300)"); };
    Work write_on = [](sql::Transaction& transaction) {
        transaction.run("INSERT INTO kept (id) VALUES (1)");
        transaction.run("SELECT 1 FROM pg_sleep(300)");
    };
    Task reading(house.surroundings().executor, direct.read(read_on));
    Task writing(house.surroundings().executor, direct.write(write_on));
    house.run_until([&] { return asleep() == 2; });
    reading.cancel();
    writing.cancel();
    house.run_until([&] { return !reading.running() && !writing.running(); });
    house.run_until([&] { return asleep() == 0; });
    EXPECT_EQ(count(), 0);
    house.run(direct.write(
        [](sql::Transaction& transaction) { transaction.run("INSERT INTO kept (id) VALUES (2)"); }));
    EXPECT_EQ(count(), 1);
}

// Between two statements it is rolled back, and the connection is there for whoever comes next.
TEST_F(PostgresWeather, AWriteThatIsCancelledIsTakenBack) {
    trial.settings.connections = 1;
    connections = trial.connect(house.surroundings());
    create_table();
    std::latch has_begun(1);
    std::latch go_on(1);
    Task writing(house.surroundings().executor, connections->write([&](sql::Transaction& transaction) {
        transaction.run("INSERT INTO kept (id) VALUES (1)");
        has_begun.count_down();
        go_on.wait();
    }));
    house.run_what_is_ready();
    has_begun.wait();
    writing.cancel();
    house.run_what_is_ready();
    EXPECT_TRUE(writing.running()) << "its work knows its frame";
    go_on.count_down();
    house.run_until([&] { return !writing.running(); });
    EXPECT_EQ(count(), 0);
}

TEST_F(PostgresWeather, SearchesLeaveConnectionsForTheOthers) {
    trial.settings.connections = 4;
    connections = trial.connect(house.surroundings());
    create_table();
    std::promise<void> free;
    auto is_free = free.get_future().share();
    std::vector<std::unique_ptr<Task>> searches;
    for (int number = 0; number < 8; ++number) {
        searches.push_back(
            std::make_unique<Task>(house.surroundings().executor,
                                   connections->search([is_free](sql::Transaction&) { is_free.wait(); })));
    }
    house.run_what_is_ready();
    EXPECT_EQ(count(), 0);
    free.set_value();
    house.run_until(
        [&] { return std::ranges::none_of(searches, [](const auto& task) { return task->running(); }); });
}

// --- who is let in ---

TEST_F(PostgresWeather, TooManyConnectionsAreBusy) {
    trial.execute("DROP ROLE IF EXISTS narrow");
    trial.execute("CREATE ROLE narrow LOGIN PASSWORD 'secret' CONNECTION LIMIT 1");
    auto url = postgres_url();
    url.replace(url.find("//") + 2, url.find("@127") - url.find("//") - 2, "narrow:secret");
    postgres::PostgresSettings settings = trial.settings;
    settings.connections = 2;
    postgres::PostgresConnections narrow(postgres::Address::parse(url, settings).value(), settings,
                                         Log::silent(), 5s);
    std::atomic<bool> has_begun = false;
    std::promise<void> second_is_over;
    auto over = second_is_over.get_future();
    std::vector<awaitable<void>> works;
    works.push_back(narrow.read([&](sql::Transaction&) {
        has_begun = true;
        over.wait_for(10s);
    }));
    works.push_back(
        [](sql::Connections& all, std::atomic<bool>& begin, std::promise<void>& done) -> awaitable<void> {
            while (!begin) {
                Timer pause(co_await asio::this_coro::executor, 1ms);
                co_await pause.async_wait(use_awaitable);
            }
            std::exception_ptr failure;
            try {
                Work nothing = [](sql::Transaction&) {};
                co_await all.read(std::move(nothing));
            } catch (...) {
                failure = std::current_exception();
            }
            done.set_value();
            if (failure) {
                std::rethrow_exception(failure);
            }
        }(narrow, has_begun, second_is_over));
    auto results = house.run_all(std::move(works));
    EXPECT_TRUE(results[0]);
    ASSERT_FALSE(results[1]);
    EXPECT_EQ(results[1].error().kind, ErrorKind::Busy) << results[1].error().detail;
}

TEST_F(PostgresWeather, AWrongPasswordOrDatabaseIsSaidAndNeverShown) {
    std::vector<std::string> lines;
    for (auto [right, wrong] :
         {std::pair<std::string, std::string>{"pass%40word", "hush-hush"}, {"/postgres", "/nowhere"}}) {
        auto url = postgres_url();
        url.replace(url.find(right), right.size(), wrong);
        auto address = postgres::Address::parse(url, trial.settings).value();
        auto surroundings = house.surroundings();
        surroundings.log = Log::into(lines, {.level = LogLevel::Debug});
        postgres::PostgresDatabase database(address, trial.settings, surroundings);
        auto begin = now();
        auto health = house.run(database.check());
        EXPECT_LT(now() - begin, 2s) << "there is nothing to wait for";
        EXPECT_FALSE(health.usable);
        EXPECT_FALSE(health.advice.empty());
        EXPECT_EQ(house.failure_of(database.people().find(1)), ErrorKind::Unavailable);
        for (const auto& line : {health.reason, health.advice, database.name()}) {
            EXPECT_THAT(line, testing::Not(HasSubstr("hush")));
        }
    }
    EXPECT_FALSE(lines.empty());
    for (const auto& line : lines) {
        EXPECT_THAT(line, testing::Not(HasSubstr("hush")));
    }
}

TEST_F(PostgresHistoryWeather, TalksTls) {
    trial.tls = "verify-full&sslrootcert=" + place_of("REPARTEE_TEST_AUTHORITY");
    database = trial.open(house.surroundings());
    std::vector<int> acknowledged;
    for (int number = 0; number < 10; ++number) {
        append(number);
        acknowledged.push_back(number);
        trial.cut_connections();
    }
    expect_all_there(acknowledged);
    // More than fits into one record of TLS, both ways.
    std::vector<NewMessage> large{{.id = "large", .text = std::string(5'000'000, 'x')}};
    house.run(database->history().append(user, "large", "large", "title", large, noon_ms));
    EXPECT_EQ(house.run(database->history().latest(user, "large", 1)).at(0).text.size(), 5'000'000u);
    auto rows = trial.execute(
        "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) "
        "WHERE a.application_name = 'repartee' AND NOT s.ssl");
    EXPECT_EQ(rows.rows.at(0).integer(0), 0);
}

// --- statements ---

TEST_F(PostgresWeather, StatementsThatWerePreparedForOtherColumnsArePreparedAnew) {
    create_table();
    Work ask = [](sql::Transaction& transaction) { transaction.run("SELECT * FROM kept"); };
    read(ask);
    trial.execute("ALTER TABLE kept ADD COLUMN more BIGINT");
    read(ask);
}

TEST_F(PostgresWeather, SoAreThoseOfAllConnections) {
    create_table();
    constexpr std::ptrdiff_t connected = 4;
    std::latch all_at_once(connected);
    std::vector<awaitable<void>> side_by_side;
    for (std::ptrdiff_t count = 0; count < connected; ++count) {
        Work ask = [&](sql::Transaction& transaction) {
            transaction.run("SELECT * FROM kept");
            all_at_once.arrive_and_wait();
        };
        side_by_side.push_back(connections->read(std::move(ask)));
    }
    for (const auto& result : house.run_all(std::move(side_by_side))) {
        EXPECT_TRUE(result);
    }
    trial.execute("ALTER TABLE kept ADD COLUMN more BIGINT");
    read([](sql::Transaction& transaction) { transaction.run("SELECT * FROM kept"); });
}

TEST_F(PostgresWeather, WorksWithoutPreparedStatements) {
    trial.settings.prepared_statements = false;
    connections = trial.connect(house.surroundings());
    create_table();
    for (std::int64_t id = 0; id < 3; ++id) {
        write([id](sql::Transaction& transaction) {
            transaction.run("INSERT INTO kept (id) VALUES ($1)", {id});
        });
    }
    EXPECT_EQ(count(), 3);
    read([](sql::Transaction& transaction) {
        EXPECT_EQ(transaction.run("SELECT count(*) FROM pg_prepared_statements").rows.at(0).integer(0), 0);
    });
}

TEST_F(PostgresWeather, StatementsWithoutNumberDoNotFillTheServer) {
    create_table();
    read([](sql::Transaction& transaction) {
        for (int number = 0; number < 600; ++number) {
            transaction.run(fmt::format("SELECT {}::bigint", number));
        }
        EXPECT_LE(transaction.run("SELECT count(*) FROM pg_prepared_statements").rows.at(0).integer(0), 501);
    });
}

TEST_F(PostgresWeather, WorkThatGoesOnPastAFailureIsNotCommitted) {
    create_table();
    auto failure = failure_of_writing([](sql::Transaction& transaction) {
        transaction.run("INSERT INTO kept (id) VALUES (1)");
        try {
            transaction.run("SELECT 1 / 0");
        } catch (const Failure&) {
        }
    });
    EXPECT_EQ(failure.kind, ErrorKind::Internal);
    EXPECT_EQ(count(), 0);
}

TEST_F(PostgresWeather, ALargeTextComesBackWhole) {
    create_table();
    const std::string large(20'000'000, 'x');
    write([&](sql::Transaction& transaction) {
        transaction.run("INSERT INTO kept (id, words) VALUES (1, $1)", {large});
    });
    read([&](sql::Transaction& transaction) {
        EXPECT_EQ(transaction.run("SELECT words FROM kept").rows.at(0).text(0), large);
    });
}

// --- pgvector ---

TEST(PostgresPgvector, IsUsedWhereItIsAndDoneWithoutWhereItGoes) {
    StoresHouse house;
    TrialPostgres trial;
    if (trial.has_real_pgvector()) {
        GTEST_SKIP() << "a migration installs it";
    }
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    NewUser someone{.creation_id = "one",
                    .email = "ink@example.com",
                    .email_key = "ink@example.com",
                    .full_name = "Somebody",
                    .password_hash = Secret("hash"),
                    .created_at_ms = noon_ms};
    const auto ink = Owner::user(house.run(database->people().add(someone))->id);
    const auto add = [&](const std::string& id, Vector vector) {
        std::vector<NewMemory> one{{.memory = {.id = id, .text = id}, .vector = std::move(vector)}};
        house.run(database->memories().add(ink, "test", one));
    };
    const auto found = [&] {
        std::vector<std::string> ids;
        for (const auto& memory :
             house.run(database->memories().search(ink, "test", Vector{1, 0}, 10, 0.5))) {
            ids.push_back(memory.memory.id);
        }
        return ids;
    };
    auto& memories = dynamic_cast<postgres::PostgresMemories&>(database->memories());

    add("before", {1, 0});
    EXPECT_THAT(found(), testing::ElementsAre("before"));
    EXPECT_FALSE(memories.database_searches());

    // Installed later: what is there already is found there, too, by a server that knows nothing of it as
    // well.
    trial.install_stand_in();
    house.run(database->migrate());
    add("within", {0.8F, 0.6F});
    EXPECT_THAT(found(), testing::ElementsAre("before", "within"));
    EXPECT_TRUE(memories.database_searches());
    EXPECT_EQ(trial.execute("SELECT count(*) FROM memory_embeddings").rows.at(0).integer(0), 2);
    EXPECT_THAT(house.run(database->check()).reason, HasSubstr("with pgvector"));

    // Numbers that are none are found by nobody.
    add("nonsense", {std::numeric_limits<float>::quiet_NaN(), 0});
    EXPECT_THAT(found(), testing::ElementsAre("before", "within"));

    // Gone again.
    trial.execute("DROP DOMAIN vector CASCADE");
    EXPECT_THAT(found(), testing::ElementsAre("before", "within"));
    trial.execute("DROP TABLE memory_embeddings, memory_embedding_owners");
    house.run(database->migrate());
    add("after", {0.6F, 0.8F});
    EXPECT_THAT(found(), testing::ElementsAre("before", "within", "after"));
    EXPECT_FALSE(memories.database_searches());
}

// A search copies only so much of what is missing, and whoever searches meanwhile finds it all the same.
TEST(PostgresPgvector, FindsEverythingWhileCopiesAreMissing) {
    StoresHouse house;
    TrialPostgres trial(Pgvector::StandIn);
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    NewUser someone{.creation_id = "one",
                    .email = "ink@example.com",
                    .email_key = "ink@example.com",
                    .full_name = "Somebody",
                    .password_hash = Secret("hash"),
                    .created_at_ms = noon_ms};
    const auto ink = Owner::user(house.run(database->people().add(someone))->id);
    constexpr int many = 1300;
    const auto vector = [](int number) {
        const auto angle = static_cast<float>(number) / many;
        return Vector{std::cos(angle), std::sin(angle)};
    };
    std::vector<NewMemory> all;
    for (int number = 0; number < many; ++number) {
        auto id = fmt::format("{:04}", number);
        all.push_back({.memory = {.id = id, .text = id}, .vector = vector(number)});
    }
    house.run(database->memories().add(ink, "test", all));  // of one revision
    const auto copies = [&] {
        return trial.execute("SELECT count(*) FROM memory_embeddings").rows.at(0).integer(0);
    };
    std::int64_t copied = 0;
    for (int number : {0, 700, 1299, 650, 3}) {
        const auto found = house.run(database->memories().search(ink, "test", vector(number), 1, -1));
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(found[0].memory.id, fmt::format("{:04}", number));
        EXPECT_GE(copies(), copied);
        copied = copies();
        if (number == 0) {
            EXPECT_LT(copied, many);
            // One that is copied and one that is not, and one more.
            EXPECT_TRUE(house.run(database->memories().forget(ink, "0001")));
            EXPECT_TRUE(house.run(database->memories().forget(ink, "1298")));
            std::vector<NewMemory> more{{.memory = {.id = "more", .text = "more"}, .vector = {-1, 0}}};
            house.run(database->memories().add(ink, "test", more));
        }
    }
    EXPECT_EQ(copied, many - 1);
    EXPECT_EQ(house.run(database->memories().search(ink, "test", Vector{-1, 0}, 1, 0.9)).at(0).memory.id,
              "more");
}

TEST(PostgresPgvector, IsLeftAloneWhereItIsNotWanted) {
    StoresHouse house;
    TrialPostgres trial(Pgvector::StandIn);
    trial.settings.pgvector = false;
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    EXPECT_EQ(trial
                  .execute("SELECT count(*) FROM pg_tables WHERE tablename = 'memory_embeddings' AND "
                           "schemaname = current_schema()")
                  .rows.at(0)
                  .integer(0),
              0);
    EXPECT_THAT(house.run(database->check()).reason, HasSubstr("without pgvector"));
    EXPECT_TRUE(house.run(database->memories().search(Owner::user(1), "test", Vector{1, 0}, 1, 0)).empty());
}

TEST(PostgresPgvector, LeavesNothingOfWhoIsGone) {
    StoresHouse house;
    TrialPostgres trial(Pgvector::StandIn);
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    NewUser someone{.creation_id = "one",
                    .email = "ink@example.com",
                    .email_key = "ink@example.com",
                    .full_name = "Somebody",
                    .password_hash = Secret("hash"),
                    .created_at_ms = noon_ms};
    const auto id = house.run(database->people().add(someone))->id;
    std::vector<NewMemory> one{{.memory = {.id = "cat", .text = "cat"}, .vector = {1, 0}}};
    house.run(database->memories().add(Owner::user(id), "test", one));
    EXPECT_EQ(house.run(database->memories().search(Owner::user(id), "test", Vector{1, 0}, 10, 0.5)).size(),
              1u);
    EXPECT_TRUE(house.run(database->people().erase(id)));
    for (const char* table : {"memories", "memory_owners", "memory_embeddings", "memory_embedding_owners"}) {
        EXPECT_EQ(trial.execute(fmt::format("SELECT count(*) FROM {}", table)).rows.at(0).integer(0), 0)
            << table;
    }
}

}  // namespace repartee::stores
