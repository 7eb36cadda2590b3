#include "surfaces/voice_ai/own_engines.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::surfaces::voice_ai {

std::string sealing_context(UserId user, std::string_view provider) {
    return fmt::format("user/{}/{}", user, provider);
}

std::shared_ptr<engines::Model> OwnEngines::model_of(UserId user, const stores::Profile& profile) {
    for (auto provider : providers) {
        auto key = profile.sealed_provider_keys.find(std::string(provider));
        if (key == profile.sealed_provider_keys.end()) {
            continue;
        }
        std::lock_guard lock(mutex_);
        auto known = std::ranges::find_if(
            lent_, [&](const Lent& one) { return one.user == user && one.provider == provider; });
        if (known != lent_.end() && known->sealed == key->second) {
            lent_.splice(lent_.begin(), lent_, known);
            return lent_.front().model;
        }
        if (known != lent_.end()) {
            lent_.erase(known);
        }
        auto opened = open_(key->second, sealing_context(user, provider));
        if (!opened) {
            log_.warning("a user's key cannot be opened",
                         {{"user", user}, {"provider", provider}, {"reason", opened.error().message}});
            continue;
        }
        engines::Wishes wishes{.api_key = std::move(*opened)};
        auto model = lend_(std::string(provider), wishes);
        if (!model) {
            continue;
        }
        lent_.push_front({user, std::string(provider), key->second, model});
        if (lent_.size() > most) {
            lent_.pop_back();
        }
        return model;
    }
    return nullptr;
}

void OwnEngines::forget(UserId user) {
    std::lock_guard lock(mutex_);
    lent_.remove_if([&](const Lent& one) { return one.user == user; });
}

}  // namespace repartee::surfaces::voice_ai
