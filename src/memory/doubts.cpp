#include "memory/doubts.h"

namespace repartee::memory {

void Doubts::doubt(const stores::SessionKey& key, TimePoint now) {
    std::lock_guard lock(mutex_);
    const auto until = now + stores::session_lifetime;
    if (sessions_.size() >= most) {
        drop_old(now);
    }
    if (sessions_.size() >= most) {
        all_until_ = until;
        return;
    }
    sessions_[{key.owner.key(), key.session}] = until;
    if (auto owner = owners_.find(key.owner.key()); owner != owners_.end()) {
        owner->second.settled.erase(key.session);
    }
}

void Doubts::doubt_all_of(const Owner& owner, TimePoint now) {
    std::lock_guard lock(mutex_);
    if (owners_.size() >= most) {
        drop_old(now);
    }
    if (owners_.size() >= most) {
        all_until_ = now + stores::session_lifetime;
        return;
    }
    owners_[owner.key()] = {.until = now + stores::session_lifetime, .settled = {}};
}

void Doubts::settle(const stores::SessionKey& key) {
    std::lock_guard lock(mutex_);
    sessions_.erase({key.owner.key(), key.session});
    if (auto owner = owners_.find(key.owner.key());
        owner != owners_.end() && owner->second.settled.size() < most) {
        owner->second.settled.insert(key.session);
    }
}

bool Doubts::about(const stores::SessionKey& key, TimePoint now) {
    std::lock_guard lock(mutex_);
    if (now < all_until_) {
        return true;
    }
    if (auto session = sessions_.find({key.owner.key(), key.session});
        session != sessions_.end() && now < session->second) {
        return true;
    }
    auto owner = owners_.find(key.owner.key());
    return owner != owners_.end() && now < owner->second.until &&
           !owner->second.settled.contains(key.session);
}

void Doubts::drop_old(TimePoint now) {
    std::erase_if(sessions_, [&](const auto& one) { return one.second <= now; });
    std::erase_if(owners_, [&](const auto& one) { return one.second.until <= now; });
}

}  // namespace repartee::memory
