// SQLite before the contracts of a database.
#include "stores/sqlite/database_file.h"
#include "stores/sqlite/sqlite_connections.h"
#include "stores/sqlite/sqlite_database.h"
#include "stores_database_contract.h"
#include "stores_history_contract.h"
#include "stores_memories_contract.h"
#include "stores_parked_calls_contract.h"
#include "stores_people_contract.h"
#include "stores_speed.h"

#include <sqlite3.h>

namespace repartee::stores {
namespace {

class TrialSqlite final : public TrialDatabase {
public:
    TrialSqlite() {
        std::string name = testing::TempDir() + "/repartee-sqlite-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~TrialSqlite() override {
        bring_back();
        std::filesystem::remove_all(folder_);
    }

    std::unique_ptr<Database> open(const Surroundings& surroundings) override {
        return std::move(sqlite::create_database(settings(), surroundings, "sqlite://" + file().string()))
            .value();
    }
    std::unique_ptr<sql::Connections> connect(const Surroundings& surroundings) override {
        return std::make_unique<sqlite::SqliteConnections>(file(), settings(), surroundings.metrics);
    }

    // Another program writes and does not come to an end.
    void take_away() override {
        sqlite3_open(file().c_str(), &other_program_);
        sqlite3_busy_timeout(other_program_, 5000);
        EXPECT_EQ(sqlite3_exec(other_program_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    }
    void bring_back() override {
        sqlite3_close(std::exchange(other_program_, nullptr));  // which rolls back
    }

private:
    std::filesystem::path file() const { return folder_ / sqlite::usual_name; }
    static sqlite::SqliteSettings settings() {
        sqlite::SqliteSettings settings;
        settings.busy_timeout = 100ms;
        return settings;
    }

    std::filesystem::path folder_;
    sqlite3* other_program_ = nullptr;
};

DatabaseCase sqlite_case() {
    return {"Sqlite", [] { return std::make_unique<TrialSqlite>(); }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sqlite, PeopleContract, testing::Values(sqlite_case()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryContract, testing::Values(sqlite_case()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Sqlite, MemoriesContract, testing::Values(sqlite_case()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Sqlite, ParkedCallsContract, testing::Values(sqlite_case()),
                         store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Sqlite, DatabaseContract, testing::Values(sqlite_case()), store_name<DatabaseCase>);

TEST(SqliteSpeed, DISABLED_History) {
    StoresHouse house;
    TrialSqlite trial;
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    speed::measure_history(house, *database, "SQLite");
}

TEST(SqliteSpeed, DISABLED_Memories) {
    StoresHouse house;
    TrialSqlite trial;
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    speed::measure_memories(house, *database, "SQLite", 100'000, 10'000);
}

TEST(SqliteSpeed, DISABLED_MemoriesOfOneWhoRemembersALot) {
    StoresHouse house;
    TrialSqlite trial;
    auto database = trial.open(house.surroundings());
    house.run(database->migrate());
    speed::measure_memories(house, *database, "SQLite", 200'000, 200'000);
}

}  // namespace repartee::stores
