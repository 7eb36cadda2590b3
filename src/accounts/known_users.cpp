#include "accounts/known_users.h"

namespace repartee::accounts {

awaitable<std::optional<stores::User>> KnownUsers::find(UserId id) {
    std::uint64_t forgotten = 0;
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = users_.find(id); known != users_.end() && known->second.until > clock_.now()) {
            co_return known->second.user;
        }
        forgotten = forgotten_;
    }
    auto user = co_await people_.find(id);
    if (user) {
        user->password_hash = {};
        const std::lock_guard lock(mutex_);
        if (forgotten == forgotten_) {
            if (users_.size() >= most) {
                users_.clear();
            }
            users_.insert_or_assign(id, Known{*user, clock_.now() + freshness});
        }
    }
    co_return user;
}

void KnownUsers::forget(UserId id) {
    const std::lock_guard lock(mutex_);
    ++forgotten_;
    users_.erase(id);
}

}  // namespace repartee::accounts
