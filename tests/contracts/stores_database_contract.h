// What every SQL database must be, as a whole: stores/sql.h and its migrations as tests, and what becomes of
// it all when it cannot be reached for a while. See stores_house.h.
#pragma once

#include "base/task.h"
#include "stores/migrations.h"
#include "stores_house.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

namespace repartee::stores {

class DatabaseContract : public DatabaseTrial {
protected:
    using Work = std::function<void(sql::Transaction&)>;

    std::unique_ptr<sql::Connections> connections = trial->connect(house.surroundings());

    void write(Work work) { run(connections->write(std::move(work))); }
    void read(Work work) { run(connections->read(std::move(work))); }
    std::int64_t count(const std::string& table) {
        std::int64_t rows = -1;
        read([&](sql::Transaction& transaction) {
            rows = transaction.run("SELECT count(*) FROM " + table).rows.at(0).integer(0);
        });
        return rows;
    }
    static std::vector<NewMessage> message(const std::string& id) {
        return {{.id = id, .text = "text of " + id}};
    }

    // Appends until it is told that it is kept; how often it took is in `attempts`.
    static awaitable<void> append_for_sure(History& history, UserId user, std::string id,
                                           std::atomic<int>* attempts) {
        for (;;) {
            ++*attempts;
            bool is_kept = false;
            std::exception_ptr failure;
            try {
                std::vector<NewMessage> exchange = message(id);
                co_await history.append(user, "session", "conversation", "title", std::move(exchange),
                                        noon_ms);
                is_kept = true;
            } catch (...) {
                failure = std::current_exception();
            }
            if (is_kept) {
                co_return;
            }
            EXPECT_EQ(error_of(failure).kind, ErrorKind::Unavailable) << error_of(failure).message;
            Timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(20));
            co_await pause.async_wait(use_awaitable);
        }
    }
    static awaitable<void> append_once(History& history, UserId user, std::string id) {
        std::vector<NewMessage> exchange = message(id);
        co_await history.append(user, "session", "conversation", "title", std::move(exchange), noon_ms);
    }
    static awaitable<void> insert_when(sql::Connections& connections, std::atomic<bool>* begin,
                                       std::promise<void>* done) {
        while (!*begin) {
            Timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
            co_await pause.async_wait(use_awaitable);
        }
        Work work = [](sql::Transaction& transaction) {
            transaction.run("INSERT INTO kept (id) VALUES (1)");
        };
        co_await connections.write(std::move(work));
        done->set_value();
    }
    void expect_messages(UserId user, std::size_t number) {
        const auto messages = run(database->history().latest(user, "session", 10'000));
        ASSERT_EQ(messages.size(), number);
        std::vector<std::string> ids;
        for (std::size_t at = 0; at < messages.size(); ++at) {
            EXPECT_EQ(messages[at].position, static_cast<std::int64_t>(at + 1));
            ids.push_back(messages[at].id);
        }
        std::ranges::sort(ids);
        EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end()) << "something is there twice";
    }
};

// --- migrations ---

TEST_P(DatabaseContract, MigratesOnceWhateverIsAskedOfIt) {
    const auto once = run(database->migrate());
    EXPECT_GT(once.known, 0);
    EXPECT_EQ(once.applied, once.known);
    EXPECT_EQ(run(database->migrate()).applied, once.known);
    EXPECT_EQ(count("schema_migrations"), once.known);
    const auto health = run(database->check());
    EXPECT_TRUE(health.usable) << health.reason;
    EXPECT_FALSE(health.reason.empty());
    EXPECT_FALSE(database->name().empty());
}

TEST_P(DatabaseContract, SeveralServersMigrateAtOnceWithoutHarm) {
    auto empty = GetParam().create();
    std::vector<std::unique_ptr<Database>> servers;
    std::vector<awaitable<Migrations>> migrations;
    for (int server = 0; server < 6; ++server) {
        servers.push_back(empty->open(house.surroundings()));
        migrations.push_back(servers.back()->migrate());
    }
    for (const auto& result : run_all(std::move(migrations))) {
        ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
        EXPECT_EQ(result->applied, result->known);
    }
    servers.clear();
}

TEST_P(DatabaseContract, ADatabaseWithoutTablesSaysSo) {
    auto empty = GetParam().create();
    auto fresh = empty->open(house.surroundings());
    const auto health = run(fresh->check());
    EXPECT_FALSE(health.usable);
    EXPECT_FALSE(health.reason.empty());
    EXPECT_FALSE(health.advice.empty());
}

TEST_P(DatabaseContract, AMigrationIsThereWholeOrNotAtAll) {
    auto empty = GetParam().create();
    auto fresh = empty->connect(house.surroundings());
    std::vector<MigrationFile> files{
        {1, "001_one.sql",
         "CREATE TABLE one (id BIGINT PRIMARY KEY); -- and\nINSERT INTO one (id) VALUES (1);"},
        {2, "002_two.sql",
         "CREATE TABLE two (id BIGINT PRIMARY KEY); CREATE TABLE one (id BIGINT PRIMARY KEY);"}};
    EXPECT_EQ(house.failure_of(apply_migrations(*fresh, files, noon_ms)), ErrorKind::Conflict);
    EXPECT_EQ(run(count_migrations(*fresh, files)).applied, 1);

    files[1].sql = "CREATE TABLE two (id BIGINT PRIMARY KEY);";  // which would be there, had it stayed
    EXPECT_EQ(run(apply_migrations(*fresh, files, noon_ms)).applied, 2);
    EXPECT_EQ(run(apply_migrations(*fresh, files, noon_ms)).applied, 2);
}

TEST_P(DatabaseContract, TablesThatAreNewerThanTheProgramAreLeftAlone) {
    write([](sql::Transaction& transaction) {
        transaction.run(
            "INSERT INTO schema_migrations (number, name, applied_at_ms) VALUES (999, 'later', 0)");
    });
    EXPECT_EQ(house.failure_of(database->migrate()), ErrorKind::Conflict);
    const auto health = run(database->check());
    EXPECT_FALSE(health.usable);
    EXPECT_FALSE(health.advice.empty());
}

// --- statements ---

TEST_P(DatabaseContract, ValuesComeBackAsTheyWere) {
    write([](sql::Transaction& transaction) {
        transaction.run(
            std::string("CREATE TABLE kept (whole BIGINT, fraction DOUBLE PRECISION, words TEXT, bytes ") +
            (transaction.dialect() == sql::Dialect::Sqlite ? "BLOB" : "BYTEA") + ")");
        const std::string all_bytes("\0\x01\xFF'\\\n", 6);
        auto inserted = transaction.run(
            "INSERT INTO kept (fraction, whole, words, bytes) VALUES ($2, $1, $3, $4), ($6, $5, $3, $7)",
            {std::numeric_limits<std::int64_t>::min(), 0.1, std::string("caf\xC3\xA9"), sql::Blob{all_bytes},
             std::numeric_limits<std::int64_t>::max(), -1e300, sql::Blob{}});
        EXPECT_EQ(inserted.changed, 2);
        transaction.run("INSERT INTO kept (whole, words, bytes) VALUES ($1, $2, $3)",
                        {nullptr, nullptr, nullptr});
    });
    read([](sql::Transaction& transaction) {
        const auto rows =
            transaction.run("SELECT whole, fraction, words, bytes FROM kept ORDER BY whole IS NULL, whole")
                .rows;
        ASSERT_EQ(rows.size(), 3U);
        EXPECT_EQ(rows[0].integer(0), std::numeric_limits<std::int64_t>::min());
        EXPECT_EQ(rows[0].real(1), 0.1);
        EXPECT_EQ(rows[0].text(2), "caf\xC3\xA9");
        EXPECT_EQ(rows[0].bytes(3), std::string("\0\x01\xFF'\\\n", 6));
        EXPECT_EQ(rows[1].integer(0), std::numeric_limits<std::int64_t>::max());
        EXPECT_EQ(rows[1].real(1), -1e300);
        EXPECT_EQ(rows[1].bytes(3), "");
        for (std::size_t column = 0; column < 4; ++column) {
            EXPECT_TRUE(rows[2].is_null(column));
        }
    });
}

TEST_P(DatabaseContract, WorkThatThrowsLeavesNoTrace) {
    write(
        [](sql::Transaction& transaction) { transaction.run("CREATE TABLE kept (id BIGINT PRIMARY KEY)"); });
    std::vector<awaitable<void>> works;
    for (int number = 0; number < 40; ++number) {
        works.push_back(connections->write([number](sql::Transaction& transaction) {
            transaction.run("INSERT INTO kept (id) VALUES ($1)", {std::int64_t{number}});
            if (number % 4 == 1) {
                throw Failure(ErrorKind::Unprocessable, "changed its mind");
            }
            if (number % 4 == 2) {
                transaction.run("INSERT INTO kept (id) VALUES ($1)", {std::int64_t{number}});
            }
        }));
    }
    const auto results = run_all(std::move(works));
    for (std::size_t number = 0; number < results.size(); ++number) {
        switch (number % 4) {
            case 1: EXPECT_EQ(results[number].error().kind, ErrorKind::Unprocessable); break;
            case 2: EXPECT_EQ(results[number].error().kind, ErrorKind::Conflict); break;
            default: EXPECT_TRUE(results[number]);
        }
    }
    EXPECT_EQ(count("kept"), 20);
}

TEST_P(DatabaseContract, AReaderSeesOneStateThroughout) {
    write(
        [](sql::Transaction& transaction) { transaction.run("CREATE TABLE kept (id BIGINT PRIMARY KEY)"); });
    auto others = trial->connect(house.surroundings());
    std::atomic<bool> has_begun{false};
    std::promise<void> written;
    auto is_written = written.get_future();
    std::int64_t first = -1;
    std::int64_t second = -1;
    std::vector<awaitable<void>> works;
    works.push_back(connections->read([&](sql::Transaction& transaction) {
        first = transaction.run("SELECT count(*) FROM kept").rows.at(0).integer(0);
        has_begun = true;
        EXPECT_EQ(is_written.wait_for(10s), std::future_status::ready);
        second = transaction.run("SELECT count(*) FROM kept").rows.at(0).integer(0);
    }));
    works.push_back(insert_when(*others, &has_begun, &written));
    for (const auto& result : run_all(std::move(works))) {
        ASSERT_TRUE(result) << result.error().message;
    }
    EXPECT_EQ(first, 0);
    EXPECT_EQ(second, 0);
    EXPECT_EQ(count("kept"), 1);
}

TEST_P(DatabaseContract, WhoReadsCannotWrite) {
    write(
        [](sql::Transaction& transaction) { transaction.run("CREATE TABLE kept (id BIGINT PRIMARY KEY)"); });
    EXPECT_THROW(
        read([](sql::Transaction& transaction) { transaction.run("INSERT INTO kept (id) VALUES (1)"); }),
        Failure);
    EXPECT_EQ(count("kept"), 0);
}

TEST_P(DatabaseContract, WhoIsCancelledLeavesTheDatabaseUsable) {
    const auto user = add_user("ink@example.com").id;
    std::vector<std::unique_ptr<Task>> tasks;
    for (int number = 0; number < 50; ++number) {
        tasks.push_back(std::make_unique<Task>(
            house.surroundings().executor, append_once(database->history(), user, std::to_string(number))));
    }
    house.run_what_is_ready();
    for (std::size_t number = 0; number < tasks.size(); number += 2) {
        tasks[number]->cancel();
    }
    house.run_until(
        [&] { return std::ranges::none_of(tasks, [](const auto& task) { return task->running(); }); });
    const auto messages = run(database->history().latest(user, "session", 1000));
    EXPECT_GE(messages.size(), tasks.size() / 2);
    expect_messages(user, messages.size());
}

// --- bad weather ---

TEST_P(DatabaseContract, WhatIsKeptOutlastsABreakAndNothingIsDoubled) {
    const auto user = add_user("ink@example.com").id;
    run(database->history().append(user, "session", "conversation", "title", message("before"), noon_ms));
    trial->take_away();
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(house.failure_of(database->history().append(user, "session", "conversation", "title",
                                                          message("within"), noon_ms)),
              ErrorKind::Unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    auto other_user = new_user("other@example.com");
    EXPECT_EQ(house.failure_of(database->people().add(other_user)), ErrorKind::Unavailable);
    try {
        // Either the truth, or none.
        EXPECT_EQ(run(database->history().latest(user, "session", 10)).size(), 1U);
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
    }
    trial->bring_back();
    const auto is_back = [&] {
        try {
            run(database->people().add(other_user));
            return true;
        } catch (const Failure&) {
            return false;
        }
    };
    for (int attempt = 0; attempt < 100 && !is_back(); ++attempt) {
        house.run_until([until = std::chrono::steady_clock::now() + 50ms] {
            return std::chrono::steady_clock::now() >= until;
        });
    }
    EXPECT_TRUE(run(database->people().find_by_email("other@example.com")));
    run(database->history().append(user, "session", "conversation", "title", message("within"), noon_ms));
    run(database->history().append(user, "session", "conversation", "title", message("after"), noon_ms));
    expect_messages(user, 3);
    EXPECT_TRUE(run(database->check()).usable);
}

TEST_P(DatabaseContract, WhoeverRepeatsUntilItIsKeptIsKeptOnce) {
    const auto user = add_user("ink@example.com").id;
    constexpr std::size_t writers = 40;
    std::atomic<int> attempts{0};
    std::vector<std::unique_ptr<Task>> tasks;
    for (std::size_t number = 0; number < writers; ++number) {
        tasks.push_back(std::make_unique<Task>(
            house.surroundings().executor,
            append_for_sure(database->history(), user, std::to_string(number), &attempts)));
    }
    const auto pass = [&](std::chrono::milliseconds time) {
        const auto until = std::chrono::steady_clock::now() + time;
        house.run_until([&] { return std::chrono::steady_clock::now() >= until; });
    };
    for (int time = 0; time < 3; ++time) {
        pass(5ms);
        trial->cut_connections();
    }
    pass(5ms);
    trial->take_away();
    pass(300ms);
    trial->bring_back();
    house.run_until(
        [&] { return std::ranges::none_of(tasks, [](const auto& task) { return task->running(); }); });
    EXPECT_GE(attempts.load(), static_cast<int>(writers));
    expect_messages(user, writers);
}

}  // namespace repartee::stores
