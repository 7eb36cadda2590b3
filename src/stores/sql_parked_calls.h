// Parked calls over SQL.
#pragma once

#include "stores/parked_calls.h"
#include "stores/sql.h"

namespace repartee::stores {

class SqlParkedCalls final : public ParkedCalls {
public:
    // `connections` outlive it.
    explicit SqlParkedCalls(sql::Connections& connections) : connections_(connections) {}

    awaitable<void> add(ParkedCall call, std::int64_t now_ms) override;
    awaitable<std::optional<ParkedCall>> take(std::string token_hash, std::int64_t now_ms) override;
    awaitable<bool> keep(std::string token_hash, std::int64_t epoch, std::string state,
                         std::int64_t expires_at_ms) override;
    awaitable<void> erase(std::string token_hash, std::int64_t epoch) override;
    awaitable<void> erase_expired(std::int64_t now_ms) override;

private:
    sql::Connections& connections_;
};

}  // namespace repartee::stores
