// Whose something is: a user's, or an anonymous session's. Every store keeps what it has by its owner, and
// gives it to nobody else.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee {

// As the database numbers them, from 1.
using UserId = std::int64_t;

class Owner {
public:
    static Owner user(UserId id) { return Owner("user/" + std::to_string(id)); }
    // The two never meet, whatever the session calls itself.
    static Owner session(std::string_view id) { return Owner("session/" + std::string(id)); }

    // "user/7", "session/8f3c…": how stores name them.
    const std::string& key() const { return key_; }
    std::optional<UserId> user_id() const {
        constexpr std::string_view of_users = "user/";
        if (!key_.starts_with(of_users)) {
            return std::nullopt;
        }
        UserId id = 0;
        std::from_chars(key_.data() + of_users.size(), key_.data() + key_.size(), id);
        return id;
    }
    bool is_anonymous() const { return !user_id(); }

    friend bool operator==(const Owner&, const Owner&) = default;

private:
    explicit Owner(std::string key) : key_(std::move(key)) {}
    std::string key_;
};

}  // namespace repartee
