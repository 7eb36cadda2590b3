#include "surfaces/voice_ai/manners.h"

#include "surfaces/voice_ai/persona.h"

namespace repartee::surfaces::voice_ai {

Manner::Manner(stores::Profile what_is_set) : profile(std::move(what_is_set)), agent(companion(profile)) {}

awaitable<std::shared_ptr<const Manner>> Manners::of(stores::People& people, UserId user) {
    std::uint64_t forgotten = 0;
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = known_.find(user);
            known != known_.end() && known->second.until > clock_.now()) {
            co_return known->second.manner;
        }
        forgotten = forgotten_;
    }
    auto profile = co_await people.profile(user);
    auto manner = std::make_shared<const Manner>(std::move(profile));
    const std::lock_guard lock(mutex_);
    if (forgotten == forgotten_) {
        if (known_.size() >= most) {
            known_.clear();
        }
        known_.insert_or_assign(user, Known{manner, clock_.now() + freshness});
    }
    co_return manner;
}

void Manners::forget(UserId user) {
    const std::lock_guard lock(mutex_);
    ++forgotten_;
    known_.erase(user);
}

}  // namespace repartee::surfaces::voice_ai
