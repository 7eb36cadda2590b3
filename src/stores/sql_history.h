// History over SQL. An exchange first takes the row of its conversation, which counts its messages: so
// positions have no gaps, whoever else appends.
#pragma once

#include "stores/history.h"
#include "stores/sql.h"

namespace repartee::stores {

class SqlHistory final : public History {
public:
    // `connections` outlive it.
    explicit SqlHistory(sql::Connections& connections) : connections_(connections) {}

    awaitable<Appended> append(UserId user, std::string session_key, std::string new_id, std::string title,
                               std::vector<NewMessage> exchange, std::int64_t at_ms) override;
    awaitable<std::vector<StoredConversation>> conversations(UserId user, std::string query,
                                                             std::size_t limit, std::int64_t before_ms,
                                                             std::string before_id) override;
    awaitable<std::optional<StoredConversation>> find(UserId user, std::string id) override;
    awaitable<Standing> standing(UserId user, std::string session_key) override;
    awaitable<std::vector<StoredMessage>> messages(UserId user, std::string id, std::int64_t after,
                                                   std::size_t limit) override;
    awaitable<std::vector<StoredMessage>> latest(UserId user, std::string session_key,
                                                 std::size_t limit) override;
    awaitable<bool> rename(UserId user, std::string id, std::string title) override;
    awaitable<bool> erase(UserId user, std::string id) override;
    awaitable<void> erase_all(UserId user) override;
    awaitable<void> set_summary(UserId user, std::string id, std::string summary,
                                std::int64_t summarised) override;

private:
    awaitable<std::optional<StoredConversation>> select_one(std::string condition,
                                                            std::vector<sql::Value> parameters);

    sql::Connections& connections_;
};

}  // namespace repartee::stores
