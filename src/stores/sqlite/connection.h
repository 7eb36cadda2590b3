// One connection to an SQLite database: prepares each statement once and keeps it. One thread at a time.
#pragma once

#include "stores/sql.h"
#include "stores/sqlite/sqlite_settings.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

struct sqlite3;       // NOLINT(readability-identifier-naming)
struct sqlite3_stmt;  // NOLINT(readability-identifier-naming)

namespace repartee::stores::sqlite {

class Connection final : public sql::Transaction {
public:
    enum class Use {
        Write,  // makes the file where there is none, for its owner's eyes alone
        Read,   // changes nothing, and takes no statement that takes too long
    };
    // Throws Failure{Unavailable} with what is wrong with the file.
    Connection(const std::filesystem::path& file, Use use, const SqliteSettings& settings);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    sql::Dialect dialect() const override { return sql::Dialect::Sqlite; }
    using sql::Transaction::run;
    sql::Answer run(std::string_view statement, std::span<const sql::Value> parameters) override;

    // For Use::Read: until the next call, a statement that takes longer than `longest` is stopped
    // (Unavailable), and whatever runs once somebody asks to stop (Cancelled).
    void heed(std::chrono::milliseconds longest, std::stop_token stop);

    // Some mistakes end the transaction by themselves: a full disk, for one.
    bool is_in_transaction() const;
    // Never throws: what cannot be rolled back is closed.
    void roll_back() noexcept;
    // It has met something after which it is better to open another.
    bool is_broken() const { return is_broken_; }

private:
    struct Closing {
        void operator()(sqlite3* handle) const;
    };
    struct Finalizing {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalizing>;

    void open(Use use);
    void set_up(Use use);
    sqlite3_stmt& prepared(std::string_view text);
    void bind(sqlite3_stmt& statement, std::span<const sql::Value> parameters);
    sql::Answer rows_of(sqlite3_stmt& statement);
    [[noreturn]] void fail(int code, std::string_view statement = {});
    static int is_to_stop(void* connection);

    const std::filesystem::path file_;
    const std::chrono::milliseconds patience_;
    std::chrono::milliseconds longest_;
    std::stop_token stop_;
    std::unique_ptr<sqlite3, Closing> handle_;
    std::map<std::string, Statement, std::less<>> statements_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    bool is_broken_ = false;
};

}  // namespace repartee::stores::sqlite
