// One connection to PostgreSQL, by libpq. Lives on one thread at a time, which it blocks, never past the
// deadline it was given: libpq alone waits for ever for a server that has gone quiet. Throws PostgresFailure;
// after one whose remedy is another connection, and after no_answer, it is only good for being destroyed.
//
// Whoever it works for may ask to stop: what it waits for then is given up, with Failure{Cancelled}. A
// statement under way goes on at the server until that notices that the connection is closed.
#pragma once

#include "stores/postgres/postgres_address.h"
#include "stores/postgres/sql_state.h"
#include "stores/postgres/stop_signal.h"
#include "stores/postgres/values.h"
#include "stores/sql.h"

#include <chrono>
#include <libpq-fe.h>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>

namespace repartee::stores::postgres {

using Deadline = std::chrono::steady_clock::time_point;

enum class Access { Read, Write };

class PostgresConnection {
public:
    // Looking up the name of a host cannot be interrupted: it may take longer.
    PostgresConnection(const Address& address, const PostgresSettings& settings, Deadline deadline,
                       std::stop_token stop = {});
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    // Until when everything below has to be done.
    void set_deadline(Deadline deadline) { deadline_ = deadline; }
    // Who may ask to stop from now on; empty: nobody.
    void heed(std::stop_token stop) { stop_.follow(std::move(stop)); }

    void begin(Access access);
    // Returns once it is committed; what becomes of a commit that is not answered nobody knows. Once it has
    // been sent nobody can ask to stop any more.
    void commit();
    // Throws nothing: a connection that cannot roll back, or is in the middle of a statement, is closed.
    void roll_back() noexcept;
    sql::Answer run(std::string_view statement, std::span<const sql::Value> parameters);

    // Between transactions, connected as far as can be seen.
    bool is_usable() const;

private:
    struct FreeResult {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using Result = std::unique_ptr<PGresult, FreeResult>;

    void connect(const Address& address);
    void ask_to_look_after_clients();
    void wait(bool for_writing) const;
    void flush();
    // The result of what has been sent, or its error thrown.
    Result result();
    void send_simple(const char* statement);
    // The name under which it is prepared here.
    const std::string& prepared(std::string_view statement, const Parameters& parameters);
    [[noreturn]] void throw_lost() const;
    void throw_if_stopped() const;

    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    std::unique_ptr<PGconn, Finish> connection_;
    const bool prepares_;
    Deadline deadline_;
    StopSignal stop_;
    std::unordered_map<std::string, std::string> names_;  // of prepared statements, by signature and text
};

}  // namespace repartee::stores::postgres
