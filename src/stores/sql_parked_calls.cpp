#include "stores/sql_parked_calls.h"

namespace repartee::stores {

namespace {

void erase_expired_calls(sql::Transaction& transaction, std::int64_t now_ms) {
    transaction.run("DELETE FROM parked_calls WHERE expires_at_ms <= $1", {now_ms});
}

sql::Value user_of(const ParkedCall& call) {
    return call.user ? sql::Value(*call.user) : sql::Value(nullptr);
}

}  // namespace

awaitable<void> SqlParkedCalls::add(ParkedCall call, std::int64_t now_ms) {
    std::function<void(sql::Transaction&)> work = [&](sql::Transaction& transaction) {
        erase_expired_calls(transaction, now_ms);
        transaction.run(
            "INSERT INTO parked_calls (token_hash, user_id, epoch, state, expires_at_ms) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (token_hash) DO NOTHING",
            {call.token_hash, user_of(call), call.epoch, call.state, call.expires_at_ms});
    };
    co_await connections_.write(std::move(work));
}

// Repeated where nobody knows whether it got through, it is one epoch further, and as good.
awaitable<std::optional<ParkedCall>> SqlParkedCalls::take(std::string token_hash, std::int64_t now_ms) {
    std::optional<ParkedCall> taken;
    std::function<void(sql::Transaction&)> work = [&](sql::Transaction& transaction) {
        taken.reset();
        transaction.run(
            "UPDATE parked_calls SET epoch = epoch + 1 WHERE token_hash = $1 AND expires_at_ms > $2",
            {token_hash, now_ms});
        const auto answer = transaction.run(
            "SELECT user_id, epoch, state, expires_at_ms FROM parked_calls "
            "WHERE token_hash = $1 AND expires_at_ms > $2",
            {token_hash, now_ms});
        if (answer.rows.empty()) {
            return;
        }
        const auto& row = answer.rows.front();
        taken = ParkedCall{.token_hash = token_hash,
                           .user = row.is_null(0) ? std::nullopt : std::optional(row.integer(0)),
                           .epoch = row.integer(1),
                           .state = row.text(2),
                           .expires_at_ms = row.integer(3)};
    };
    co_await connections_.write(std::move(work));
    co_return taken;
}

awaitable<bool> SqlParkedCalls::keep(std::string token_hash, std::int64_t epoch, std::string state,
                                     std::int64_t expires_at_ms) {
    bool is_ours = false;
    std::function<void(sql::Transaction&)> work = [&](sql::Transaction& transaction) {
        is_ours = transaction
                      .run(
                          "UPDATE parked_calls SET state = $3, expires_at_ms = $4 "
                          "WHERE token_hash = $1 AND epoch = $2",
                          {token_hash, epoch, state, expires_at_ms})
                      .changed > 0;
    };
    co_await connections_.write(std::move(work));
    co_return is_ours;
}

awaitable<void> SqlParkedCalls::erase(std::string token_hash, std::int64_t epoch) {
    std::function<void(sql::Transaction&)> work = [&](sql::Transaction& transaction) {
        transaction.run("DELETE FROM parked_calls WHERE token_hash = $1 AND epoch = $2", {token_hash, epoch});
    };
    co_await connections_.write(std::move(work));
}

awaitable<void> SqlParkedCalls::erase_expired(std::int64_t now_ms) {
    std::function<void(sql::Transaction&)> work = [&](sql::Transaction& transaction) {
        erase_expired_calls(transaction, now_ms);
    };
    co_await connections_.write(std::move(work));
}

}  // namespace repartee::stores
