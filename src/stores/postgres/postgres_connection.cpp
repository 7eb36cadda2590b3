#include "stores/postgres/postgres_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <poll.h>
#include <system_error>

namespace repartee::stores::postgres {

namespace {

// The statements of this program are fewer; one that is put together anew each time must not fill the
// server's memory.
constexpr std::size_t most_prepared = 500;

// How often the server looks, in the middle of a statement, whether anybody still waits for it.
constexpr std::chrono::milliseconds look_after_clients{100};

// libpq's words for the log, on one line.
std::string in_one_line(const char* message) {
    std::string line(message == nullptr ? "" : message);
    std::ranges::replace(line, '\n', ' ');
    while (line.ends_with(' ')) {
        line.pop_back();
    }
    return line;
}

// The server's words for the log. Its "detail" may quote what people have said: "Key (email)=(…) already
// exists".
std::string words_of(const PGresult* result) {
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    return constraint == nullptr ? in_one_line(message)
                                 : fmt::format("{} ({})", in_one_line(message), constraint);
}

std::int64_t rows_changed(PGresult* result) {
    const std::string_view count(PQcmdTuples(result));
    std::int64_t rows = 0;
    std::from_chars(count.data(), count.data() + count.size(), rows);
    return rows;
}

sql::Answer answer_of(PGresult* result) {
    sql::Answer answer;
    const int columns = PQnfields(result);
    const int rows = PQntuples(result);
    answer.rows.reserve(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row) {
        std::vector<sql::Value> values;
        values.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0) {
                values.emplace_back(nullptr);
                continue;
            }
            const std::string_view bytes(PQgetvalue(result, row, column),
                                         static_cast<std::size_t>(PQgetlength(result, row, column)));
            auto value = decode(PQftype(result, column), bytes);
            if (!value) {
                throw Failure(
                    ErrorKind::Internal, "The database answered with a type that is not known here.",
                    fmt::format("column {} has type {}", PQfname(result, column), PQftype(result, column)));
            }
            values.push_back(std::move(*value));
        }
        answer.rows.emplace_back(std::move(values));
    }
    if (columns == 0 || std::string_view(PQcmdStatus(result)).substr(0, 6) != "SELECT") {
        answer.changed = rows_changed(result);
    }
    return answer;
}

// What the server says when it refuses somebody has no SQLSTATE in libpq 15: it is told by its words, in
// English or not at all.
std::string state_of_refusal(std::string_view message) {
    auto says = [message](std::string_view words) { return message.find(words) != std::string_view::npos; };
    if (says("too many clients") || says("remaining connection slots") || says("too many connections")) {
        return "53300";
    }
    if (says("password authentication failed") || says("no password supplied") || says("pg_hba.conf") ||
        says("authentication failed") || says("role \"")) {
        return "28P01";
    }
    if (says("database \"") && says("does not exist")) {
        return "3D000";
    }
    if (says("starting up") || says("shutting down") || says("not yet accepting") || says("recovery mode")) {
        return "57P03";
    }
    return std::string(connection_lost);
}

}  // namespace

PostgresConnection::PostgresConnection(const Address& address, const PostgresSettings& settings,
                                       Deadline deadline, std::stop_token stop)
    : prepares_(settings.prepared_statements), deadline_(deadline) {
    heed(std::move(stop));
    connect(address);
    // As statements of their own: poolers refuse them among the options of a connection. A transaction that
    // nobody goes on with, because its program hangs or its machine has lost the network, holds no lock for
    // longer than a connection may take: on another machine somebody waits for it.
    const auto manners =
        fmt::format("SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
                    settings.statement_timeout.count(), settings.connect_timeout.count());
    send_simple(manners.c_str());
    result();
    ask_to_look_after_clients();
}

// So that a statement whose connection we have closed ends soon. Servers before PostgreSQL 14, and on systems
// that do not tell them, cannot: there it ends after statement_timeout.
void PostgresConnection::ask_to_look_after_clients() {
    const auto question = fmt::format(
        "SELECT set_config('client_connection_check_interval', '{}', false) "
        "WHERE current_setting('client_connection_check_interval', true) IS NOT NULL",
        look_after_clients.count());
    try {
        send_simple(question.c_str());
        result();
    } catch (const PostgresFailure& failure) {
        if (failure.remedy() != Remedy::None) {
            throw;
        }
    }
}

void PostgresConnection::connect(const Address& address) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : address.options()) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    connection_.reset(PQconnectStartParams(names.data(), values.data(), 0));
    if (!connection_) {
        throw std::bad_alloc();
    }
    // The server's remarks ("relation exists, skipping") are for nobody.
    PQsetNoticeReceiver(connection_.get(), [](void*, const PGresult*) {}, nullptr);
    auto next = PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED) {
            auto message = in_one_line(PQerrorMessage(connection_.get()));
            auto state = state_of_refusal(message);
            throw PostgresFailure(std::move(state), std::move(message));
        }
        wait(next == PGRES_POLLING_WRITING);
        next = PQconnectPoll(connection_.get());
    }
    PQsetnonblocking(connection_.get(), 1);
}

void PostgresConnection::wait(bool for_writing) const {
    while (true) {
        throw_if_stopped();
        auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            throw PostgresFailure(std::string(no_answer), "no answer in time");
        }
        if (PQsocket(connection_.get()) < 0) {
            throw_lost();
        }
        // While something is to be written, what comes has to be read, or both sides may wait for ever.
        std::array<pollfd, 2> watched{{{.fd = PQsocket(connection_.get()),
                                        .events = static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN),
                                        .revents = 0},
                                       {.fd = stop_.handle(), .events = POLLIN, .revents = 0}}};
        const int ready = ::poll(watched.data(), watched.size(),
                                 static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
        if (ready > 0) {
            throw_if_stopped();
            return;
        }
        if (ready < 0 && errno != EINTR) {
            throw PostgresFailure(std::string(connection_lost), std::generic_category().message(errno));
        }
    }
}

void PostgresConnection::throw_lost() const {
    throw PostgresFailure(std::string(connection_lost), in_one_line(PQerrorMessage(connection_.get())));
}

void PostgresConnection::throw_if_stopped() const {
    if (stop_.is_on()) {
        throw Failure(ErrorKind::Cancelled, "cancelled");  // nobody hears it
    }
}

void PostgresConnection::flush() {
    while (true) {
        const int rest = PQflush(connection_.get());
        if (rest < 0) {
            throw_lost();
        }
        if (rest == 0) {
            return;
        }
        wait(true);
        if (PQconsumeInput(connection_.get()) == 0) {
            throw_lost();
        }
    }
}

PostgresConnection::Result PostgresConnection::result() {
    flush();
    Result last;
    while (true) {
        while (PQisBusy(connection_.get()) != 0) {
            wait(false);
            if (PQconsumeInput(connection_.get()) == 0) {
                throw_lost();
            }
        }
        Result next(PQgetResult(connection_.get()));
        if (!next) {
            break;
        }
        // Of several the first error counts: what comes behind it are its consequences.
        if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR) {
            last = std::move(next);
        }
    }
    if (!last) {
        throw_lost();
    }
    const auto status = PQresultStatus(last.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        const char* state = PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
        throw PostgresFailure(state == nullptr ? std::string(connection_lost) : std::string(state),
                              words_of(last.get()));
    }
    return last;
}

void PostgresConnection::send_simple(const char* statement) {
    if (PQsendQuery(connection_.get(), statement) == 0) {
        throw_lost();
    }
}

void PostgresConnection::begin(Access access) {
    send_simple(access == Access::Read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                       : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    result();
}

void PostgresConnection::commit() {
    throw_if_stopped();
    heed({});
    send_simple("COMMIT");
    auto answer = result();
    // So it answers where a statement has failed before and somebody has gone on all the same.
    if (std::string_view(PQcmdStatus(answer.get())) == "ROLLBACK") {
        throw PostgresFailure("25P02", "the transaction had failed and was to be committed");
    }
}

void PostgresConnection::roll_back() noexcept {
    try {
        heed({});
        const auto status = PQtransactionStatus(connection_.get());
        if (status == PQTRANS_ACTIVE) {
            connection_.reset();
        } else if (status != PQTRANS_IDLE) {
            send_simple("ROLLBACK");
            result();
        }
    } catch (const std::exception&) {
        connection_.reset();
    }
}

bool PostgresConnection::is_usable() const {
    if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK ||
        PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) {
        return false;
    }
    // Whoever is idle hears nothing but that it is over.
    pollfd watched{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
    return ::poll(&watched, 1, 0) == 0;
}

const std::string& PostgresConnection::prepared(std::string_view statement, const Parameters& parameters) {
    static const std::string without_a_name;
    auto key = fmt::format("{}:{}", parameters.signature(), statement);
    if (auto known = names_.find(key); known != names_.end()) {
        return known->second;
    }
    const bool is_kept = prepares_ && names_.size() < most_prepared;
    auto name = is_kept ? fmt::format("s{}", names_.size()) : without_a_name;
    const std::string text(statement);
    if (PQsendPrepare(connection_.get(), name.c_str(), text.c_str(), parameters.count(),
                      parameters.types()) == 0) {
        throw_lost();
    }
    result();
    return is_kept ? names_.emplace(std::move(key), std::move(name)).first->second : without_a_name;
}

sql::Answer PostgresConnection::run(std::string_view statement, std::span<const sql::Value> values) {
    throw_if_stopped();
    const Parameters parameters(values);
    const auto& name = prepared(statement, parameters);
    if (PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count(), parameters.values(),
                            parameters.lengths(), parameters.formats(), 1) == 0) {
        throw_lost();
    }
    auto answer = result();
    return answer_of(answer.get());
}

}  // namespace repartee::stores::postgres
