// Where a store under test lives: a loop, a folder that goes away with it, and a store that can be opened
// more than once, taken out of reach and brought back. A store's program writes a TrialDatabase or a
// TrialShelf and instantiates the suites:
//
//     INSTANTIATE_TEST_SUITE_P(Sqlite, PeopleContract, testing::Values(DatabaseCase{"Sqlite", make}),
//     store_name<DatabaseCase>); INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryContract, …);     //
//     stores_history_contract.h INSTANTIATE_TEST_SUITE_P(Sqlite, MemoriesContract, …);    //
//     stores_memories_contract.h INSTANTIATE_TEST_SUITE_P(Sqlite, DatabaseContract, …);    //
//     stores_database_contract.h
//
//     INSTANTIATE_TEST_SUITE_P(Redis, SessionMemoryContract, testing::Values(ShelfCase{"Redis", make}),
//     store_name<ShelfCase>);
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "stores/catalogue.h"
#include "stores/sql.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace repartee::stores {

// For one test: empty, and gone afterwards. All that is opened is destroyed before it.
class TrialDatabase {
public:
    virtual ~TrialDatabase() = default;
    // The same database each time: several at once are several servers, one after another are restarts.
    virtual std::unique_ptr<Database> open(const Surroundings& surroundings) = 0;
    virtual std::unique_ptr<sql::Connections> connect(const Surroundings& surroundings) = 0;
    // Out of reach: writes throw Unavailable within two seconds. Reading may go on where that is right.
    virtual void take_away() = 0;
    virtual void bring_back() = 0;
    // Cuts the connections there are; new ones are let in. Nothing where there are none to cut.
    virtual void cut_connections() {}
};

struct DatabaseCase {
    std::string name;
    std::function<std::unique_ptr<TrialDatabase>()> create;
    friend std::ostream& operator<<(std::ostream& out, const DatabaseCase& store) {
        return out << store.name;
    }
};

class TrialShelf {
public:
    virtual ~TrialShelf() = default;
    virtual std::unique_ptr<SessionShelf> open(const Surroundings& surroundings) = 0;
    // As if so much time had passed for what is kept.
    virtual void let_pass(std::chrono::milliseconds time) = 0;
};

struct ShelfCase {
    std::string name;
    std::function<std::unique_ptr<TrialShelf>()> create;
    friend std::ostream& operator<<(std::ostream& out, const ShelfCase& store) { return out << store.name; }
};

template <class Case>
std::string store_name(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

class StoresHouse {
public:
    StoresHouse() {
        std::string name = testing::TempDir() + "/repartee-stores-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~StoresHouse() { std::filesystem::remove_all(folder_); }

    const std::filesystem::path& folder() const { return folder_; }
    Surroundings surroundings() {
        return {.executor = context_.get_executor(),
                .clock = clock_,
                .log = Log::silent(),
                .metrics = metrics_,
                .data_directory = folder_};
    }

    // Until `done`; fails the test when that does not come.
    void run_until(const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!done() && std::chrono::steady_clock::now() < deadline) {
            context_.restart();
            context_.run_one_for(100ms);
        }
        ASSERT_TRUE(done()) << "nothing came";
    }

    // What can be done without waiting.
    void run_what_is_ready() {
        context_.restart();
        context_.poll();
    }

    // All at once, and what became of each.
    template <class T>
    std::vector<Result<T>> run_all(std::vector<awaitable<T>> coroutines) {
        std::vector<Result<T>> results(coroutines.size(), Error{ErrorKind::Internal, "has not ended", {}});
        std::size_t running = coroutines.size();
        for (std::size_t at = 0; at < coroutines.size(); ++at) {
            asio::co_spawn(context_, std::move(coroutines[at]), [&, at](std::exception_ptr thrown, T value) {
                results[at] = thrown ? Result<T>(error_of(thrown)) : Result<T>(std::move(value));
                --running;
            });
        }
        run_until([&] { return running == 0; });
        return results;
    }
    std::vector<Result<void>> run_all(std::vector<awaitable<void>> coroutines) {
        std::vector<Result<void>> results(coroutines.size(), Error{ErrorKind::Internal, "has not ended", {}});
        std::size_t running = coroutines.size();
        for (std::size_t at = 0; at < coroutines.size(); ++at) {
            asio::co_spawn(context_, std::move(coroutines[at]), [&, at](std::exception_ptr thrown) {
                results[at] = thrown ? Result<void>(error_of(thrown)) : Result<void>();
                --running;
            });
        }
        run_until([&] { return running == 0; });
        return results;
    }

    // Its result. What it throws is thrown.
    template <class T>
    T run(awaitable<T> coroutine) {
        std::vector<awaitable<T>> alone;
        alone.push_back(std::move(coroutine));
        auto results = run_all(std::move(alone));
        if constexpr (std::is_void_v<T>) {
            results.at(0).value();
        } else {
            return std::move(results.at(0)).value();
        }
    }

    // How it fails; Internal, and a failed test, when it does not.
    template <class T>
    ErrorKind failure_of(awaitable<T> coroutine) {
        try {
            run(std::move(coroutine));
        } catch (const Failure& failure) {
            EXPECT_FALSE(failure.error().message.empty());
            return failure.error().kind;
        }
        ADD_FAILURE() << "nothing was thrown";
        return ErrorKind::Internal;
    }

private:
    std::filesystem::path folder_;
    SystemClock clock_;
    Metrics metrics_;
    asio::io_context context_;
};

// Any time will do: stores are told it.
inline constexpr std::int64_t noon_ms = 1'800'000'000'000;

// What people write who wish us ill, or are called so.
inline const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts{
        "'; DROP TABLE users; --",
        "\" OR 1=1 --",
        "$1",
        "%",
        "_",
        "\\",
        "$$; DELETE FROM users; $$",
        "{\"$gt\": \"\"}",
        "*\r\nFLUSHALL\r\n",
        "\xF0\x9F\x90\x88 \xE7\x8C\xAB",  // a cat, and the word for it
        "a\tb\nc",
        " ",
    };
    return texts;
}

// A database with its tables, two users and a way to ask.
class DatabaseTrial : public testing::TestWithParam<DatabaseCase> {
protected:
    DatabaseTrial() { house.run(database->migrate()); }

    template <class T>
    T run(awaitable<T> coroutine) {
        return house.run(std::move(coroutine));
    }
    template <class T>
    std::vector<Result<T>> run_all(std::vector<awaitable<T>> coroutines) {
        return house.run_all(std::move(coroutines));
    }

    // As after a restart.
    void open_anew() {
        database.reset();
        database = trial->open(house.surroundings());
    }

    static NewUser new_user(const std::string& email) {
        return {.creation_id = "creation of " + email,
                .email = email,
                .email_key = email,
                .full_name = "Somebody",
                .password_hash = Secret("$argon2id$v=19$hash"),
                .created_at_ms = noon_ms};
    }
    User add_user(const std::string& email) {
        auto user = run(database->people().add(new_user(email)));
        EXPECT_TRUE(user) << email;
        return user.value_or(User{});
    }

    StoresHouse house;
    std::unique_ptr<TrialDatabase> trial = GetParam().create();
    std::unique_ptr<Database> database = trial->open(house.surroundings());
};

}  // namespace repartee::stores
