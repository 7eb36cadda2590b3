// The store of people in RAM, for tests of who uses it. Of one thread.
#pragma once

#include "base/error.h"
#include "stores/people.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace repartee::accounts {

class PeopleInMemory final : public stores::People {
public:
    awaitable<std::optional<stores::User>> add(stores::NewUser user) override {
        check_reachable();
        if (const auto made = ids_by_creation_.find(user.creation_id); made != ids_by_creation_.end()) {
            co_return users_.at(made->second);
        }
        if (ids_by_email_.contains(user.email_key)) {
            co_return std::nullopt;
        }
        const UserId id = ++last_id_;
        ids_by_creation_[user.creation_id] = id;
        ids_by_email_[user.email_key] = id;
        users_[id] = {.id = id,
                      .email = std::move(user.email),
                      .full_name = std::move(user.full_name),
                      .password_hash = std::move(user.password_hash),
                      .role = user.role,
                      .created_at_ms = user.created_at_ms};
        co_return users_[id];
    }
    awaitable<std::optional<stores::User>> find(UserId id) override {
        check_reachable();
        ++questions;
        const auto found = users_.find(id);
        auto user = found == users_.end() ? std::nullopt : std::optional(found->second);
        if (while_asked) {
            while_asked();
        }
        co_return user;
    }
    awaitable<std::optional<stores::User>> find_by_email(std::string email_key) override {
        check_reachable();
        const auto found = ids_by_email_.find(email_key);
        co_return found == ids_by_email_.end() ? std::nullopt : std::optional(users_.at(found->second));
    }
    awaitable<std::vector<stores::User>> list(UserId after, std::size_t limit) override {
        check_reachable();
        std::vector<stores::User> users;
        for (auto user = users_.upper_bound(after); user != users_.end() && users.size() < limit; ++user) {
            users.push_back(user->second);
        }
        co_return users;
    }

    awaitable<bool> set_password(UserId id, Secret password_hash, std::int64_t token_version) override {
        auto* user = raised(id, token_version);
        if (user != nullptr) {
            user->password_hash = std::move(password_hash);
        }
        co_return user != nullptr;
    }
    awaitable<bool> renew_password_hash(UserId id, Secret present, Secret next) override {
        auto* user = user_at(id);
        const bool same = user != nullptr && user->password_hash == present;
        if (same) {
            user->password_hash = std::move(next);
        }
        co_return same;
    }
    awaitable<bool> set_token_version(UserId id, std::int64_t token_version) override {
        co_return raised(id, token_version) != nullptr;
    }
    awaitable<bool> set_full_name(UserId id, std::string full_name) override {
        auto* user = user_at(id);
        if (user != nullptr) {
            user->full_name = std::move(full_name);
        }
        co_return user != nullptr;
    }
    awaitable<bool> set_role(UserId id, stores::UserRole role) override {
        auto* user = user_at(id);
        if (user != nullptr) {
            user->role = role;
        }
        co_return user != nullptr;
    }
    awaitable<bool> set_active(UserId id, bool is_active) override {
        auto* user = user_at(id);
        if (user != nullptr) {
            user->is_active = is_active;
        }
        co_return user != nullptr;
    }
    awaitable<bool> erase(UserId id) override {
        check_reachable();
        std::erase_if(ids_by_email_, [&](const auto& entry) { return entry.second == id; });
        std::erase_if(ids_by_creation_, [&](const auto& entry) { return entry.second == id; });
        std::erase_if(keys_, [&](const auto& entry) { return entry.second.user == id; });
        std::erase_if(tokens_, [&](const auto& entry) { return entry.second.token.user == id; });
        profiles_.erase(id);
        co_return users_.erase(id) > 0;
    }

    awaitable<stores::Profile> profile(UserId id) override {
        check_reachable();
        co_return profiles_[id];
    }
    awaitable<stores::Profile> change_profile(UserId id,
                                              std::function<void(stores::Profile&)> change) override {
        check_reachable();
        auto changed = profiles_[id];
        change(changed);
        profiles_[id] = changed;
        co_return changed;
    }

    awaitable<void> add(stores::ApiKey key) override {
        check_reachable();
        keys_.emplace(key.id, key);
        co_return;
    }
    awaitable<std::vector<stores::ApiKey>> api_keys(UserId id) override {
        check_reachable();
        std::vector<stores::ApiKey> keys;
        for (const auto& [key_id, key] : keys_) {
            if (key.user == id) {
                keys.push_back(key);
            }
        }
        co_return keys;
    }
    awaitable<std::optional<stores::ApiKey>> find_api_key(std::string hash) override {
        check_reachable();
        const auto found =
            std::ranges::find_if(keys_, [&](const auto& entry) { return entry.second.hash == hash; });
        co_return found == keys_.end() ? std::nullopt : std::optional(found->second);
    }
    awaitable<bool> erase_api_key(UserId id, std::string key_id) override {
        check_reachable();
        const auto found = keys_.find(key_id);
        const bool theirs = found != keys_.end() && found->second.user == id;
        if (theirs) {
            keys_.erase(found);
        }
        co_return theirs;
    }
    awaitable<void> note_use(std::string key_id, std::int64_t at_ms) override {
        check_reachable();
        ++noted_uses;
        keys_.at(key_id).last_used_at_ms = at_ms;
        co_return;
    }

    awaitable<void> add(stores::RefreshToken token) override {
        check_reachable();
        auto hash = token.hash;
        tokens_.emplace(std::move(hash), Kept{std::move(token), {}});
        co_return;
    }
    awaitable<Exchanged> exchange(std::string hash, stores::RefreshToken next, std::int64_t now_ms) override {
        check_reachable();
        const auto found = tokens_.find(hash);
        Exchanged exchanged;
        if (found == tokens_.end() || found->second.token.expires_at_ms <= now_ms) {
            co_return exchanged;
        }
        auto& [token, spent_for] = found->second;
        exchanged.spent = token;
        if (spent_for.empty()) {
            spent_for = next.hash;
            next.family = token.family;
            next.user = token.user;
            next.token_version = token.token_version;
            auto next_hash = next.hash;
            tokens_.emplace(std::move(next_hash), Kept{std::move(next), {}});
            exchanged.outcome = Exchange::Done;
        } else if (spent_for == next.hash && !ended_.contains(token.family)) {
            exchanged.outcome = Exchange::Done;
        } else {
            exchanged.outcome = Exchange::SpentBefore;
            ended_.insert(token.family);
            std::erase_if(tokens_, [&](const auto& entry) {
                return entry.second.token.family == exchanged.spent.family && entry.second.spent_for.empty();
            });
        }
        co_return exchanged;
    }
    awaitable<void> erase_expired(std::int64_t now_ms) override {
        check_reachable();
        std::erase_if(tokens_, [&](const auto& entry) { return entry.second.token.expires_at_ms <= now_ms; });
        co_return;
    }

    // What tests look at, and turn.
    bool reachable = true;
    int questions = 0;                  // find(id)
    int noted_uses = 0;                 // note_use
    std::function<void()> while_asked;  // happens while find(id) is under way
    const std::map<std::string, stores::ApiKey>& keys() const { return keys_; }
    bool has_refresh_token(const std::string& hash) const { return tokens_.contains(hash); }

private:
    struct Kept {
        stores::RefreshToken token;
        std::string spent_for;  // hash of the next one; empty: not spent
    };

    void check_reachable() const {
        if (!reachable) {
            throw Failure(ErrorKind::Unavailable, "The database cannot be reached.");
        }
    }
    stores::User* user_at(UserId id) {
        check_reachable();
        const auto found = users_.find(id);
        return found == users_.end() ? nullptr : &found->second;
    }
    stores::User* raised(UserId id, std::int64_t token_version) {
        auto* user = user_at(id);
        if (user == nullptr || user->token_version != token_version - 1) {
            return nullptr;
        }
        user->token_version = token_version;
        return user;
    }

    UserId last_id_ = 0;
    std::set<std::string> ended_;  // families of refresh tokens
    std::map<UserId, stores::User> users_;
    std::map<std::string, UserId> ids_by_email_;
    std::map<std::string, UserId> ids_by_creation_;
    std::map<UserId, stores::Profile> profiles_;
    std::map<std::string, stores::ApiKey> keys_;
    std::map<std::string, Kept> tokens_;
};

}  // namespace repartee::accounts
