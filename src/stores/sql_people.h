// People over SQL.
#pragma once

#include "stores/people.h"
#include "stores/sql.h"

namespace repartee::stores {

class SqlPeople final : public People {
public:
    // `connections` outlive it.
    explicit SqlPeople(sql::Connections& connections) : connections_(connections) {}

    awaitable<std::optional<User>> add(NewUser user) override;
    awaitable<std::optional<User>> find(UserId id) override;
    awaitable<std::optional<User>> find_by_email(std::string email_key) override;
    awaitable<std::vector<User>> list(UserId after, std::size_t limit) override;

    awaitable<bool> set_password(UserId id, Secret password_hash, std::int64_t token_version) override;
    awaitable<bool> renew_password_hash(UserId id, Secret present, Secret next) override;
    awaitable<bool> set_token_version(UserId id, std::int64_t token_version) override;
    awaitable<bool> set_full_name(UserId id, std::string full_name) override;
    awaitable<bool> set_role(UserId id, UserRole role) override;
    awaitable<bool> set_active(UserId id, bool is_active) override;
    awaitable<bool> erase(UserId id) override;

    awaitable<Profile> profile(UserId id) override;
    awaitable<Profile> change_profile(UserId id, std::function<void(Profile&)> change) override;

    awaitable<void> add(ApiKey key) override;
    awaitable<std::vector<ApiKey>> api_keys(UserId id) override;
    awaitable<std::optional<ApiKey>> find_api_key(std::string hash) override;
    awaitable<bool> erase_api_key(UserId id, std::string key_id) override;
    awaitable<void> note_use(std::string key_id, std::int64_t at_ms) override;

    awaitable<void> add(RefreshToken token) override;
    awaitable<Exchanged> exchange(std::string hash, RefreshToken next, std::int64_t now_ms) override;
    awaitable<void> erase_expired(std::int64_t now_ms) override;

private:
    awaitable<std::vector<User>> users(std::string condition, std::vector<sql::Value> parameters);
    awaitable<bool> change(std::string statement, std::vector<sql::Value> parameters);

    sql::Connections& connections_;
};

}  // namespace repartee::stores
