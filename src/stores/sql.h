// An SQL database as the stores of this folder see it: statements with parameters, rows, and pieces of work
// that are done whole or not at all. People, history and memories are written once upon it (sql_people.h,
// sql_history.h, sql_memories.h); SQLite's and PostgreSQL's folders bring the connections and the numbered
// migrations.
//
// Statements are written so that both understand them: parameters are $1, $2 …; values never stand in the
// text. A parameter has the type of its Value (BIGINT, DOUBLE PRECISION, TEXT, BYTEA or BLOB); all whole
// numbers that come back are std::int64_t. Tables have columns of these types alone: times are BIGINT
// milliseconds, what is true or false is 1 or 0, JSON is text. Transactions that write see what others have
// committed meanwhile (READ COMMITTED), and whoever updated a row of them first goes first.
#pragma once

#include "base/async.h"
#include "base/error.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace repartee::stores::sql {

struct Blob {
    std::string bytes;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Blob>;

class Row {
public:
    explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
    // A column by its place in the SELECT, from 0. Asking for another type than it has is our mistake.
    std::int64_t integer(std::size_t column) const { return std::get<std::int64_t>(values_[column]); }
    double real(std::size_t column) const { return std::get<double>(values_[column]); }
    const std::string& text(std::size_t column) const { return std::get<std::string>(values_[column]); }
    const std::string& bytes(std::size_t column) const { return std::get<Blob>(values_[column]).bytes; }
    bool is_null(std::size_t column) const { return std::holds_alternative<std::nullptr_t>(values_[column]); }

private:
    std::vector<Value> values_;
};

struct Answer {
    std::vector<Row> rows;
    std::int64_t changed = 0;  // rows that were inserted, updated or deleted
};

enum class Dialect { Sqlite, Postgres };

// A connection, within one transaction. Blocks: lives on a thread for blocking work.
class Transaction {
public:
    virtual ~Transaction() = default;
    virtual Dialect dialect() const = 0;
    // One statement. Throws Failure; what it throws ends the transaction without a trace. Of its own accord a
    // statement fails with Conflict where a UNIQUE row is there already, with NotFound where it refers to a
    // row that is gone.
    virtual Answer run(std::string_view statement, std::span<const Value> parameters) = 0;

    Answer run(std::string_view statement, std::initializer_list<Value> parameters = {}) {
        return run(statement, std::span(parameters.begin(), parameters.size()));
    }
};

class Connections {
public:
    virtual ~Connections() = default;

    // Runs `work` in a transaction on a thread for blocking calls, and returns after the commit. `work` may
    // refer to the caller's frame. It is run again from the start where the connection was lost, also if that
    // was during the commit and nobody knows what became of it, and where the database asks for it (a
    // deadlock): so it writes by ids that the caller has made.
    virtual awaitable<void> write(std::function<void(Transaction&)> work) = 0;
    // Cancelled before it has begun it is not done at all; after that it is done to its end, or taken back
    // whole.
    //
    // The same for what only reads: sees one state of the database throughout. Cancelled it is broken off.
    virtual awaitable<void> read(std::function<void(Transaction&)> work) = 0;
    // A read that looks through much: few are done at once, on threads of their own, so that nobody else
    // waits for them, and one that takes too long is stopped.
    virtual awaitable<void> search(std::function<void(Transaction&)> work) = 0;
};

}  // namespace repartee::stores::sql
