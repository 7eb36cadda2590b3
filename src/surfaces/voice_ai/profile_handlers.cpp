#include "surfaces/voice_ai/answers.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/handlers.h"
#include "surfaces/voice_ai/persona.h"

#include <algorithm>
#include <functional>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

std::vector<std::string> skills_in(const json::value& named) {
    std::vector<std::string> skills;
    for (const auto& value : named.as_array()) {
        std::string name(value.as_string());
        if (!is_skill(name)) {
            throw Failure(ErrorKind::Unprocessable, "there is no skill '" + name + "'");
        }
        auto proper = std::string(skills::known_name(name));
        if (std::ranges::find(skills, proper) == skills.end()) {
            skills.push_back(std::move(proper));
        }
    }
    return skills;
}

using Wish = std::function<void(stores::Profile&)>;

// Puts keys in the profile, sealed, and takes away those that are null.
void add_wishes_for_keys(Desk& desk, UserId user, const json::object& keys, std::vector<Wish>& wishes) {
    for (const auto& [name, key] : keys) {
        std::string provider(name);
        if (std::ranges::find(providers, provider) == providers.end()) {
            throw Failure(ErrorKind::Unprocessable, "no key of one's own can be used for '" + provider + "'");
        }
        if (key.is_null() || key.as_string().empty()) {
            wishes.push_back(
                [provider](stores::Profile& profile) { profile.sealed_provider_keys.erase(provider); });
            continue;
        }
        Secret secret{std::string(key.as_string())};
        if (!engines::is_a_key(secret)) {
            throw Failure(ErrorKind::Unprocessable, "that is a placeholder and no key");
        }
        auto sealed = desk.accounts().seal(secret, sealing_context(user, provider));
        wishes.push_back([provider, sealed = std::move(sealed)](stores::Profile& profile) {
            profile.sealed_provider_keys[provider] = sealed;
        });
    }
}

// What the body wants, each key of it by itself: they are put into the profile as it is when it is written,
// so that of two who change different things at once neither undoes the other's. Made before, because the
// store has a thread of its own.
std::vector<Wish> wishes_in(Desk& desk, const Call& call) {
    const auto& body = call.body;
    std::vector<Wish> wishes;
    auto take = [&](std::string_view name, std::string stores::Profile::* member,
                    std::string_view instead_of_nothing = {}) {
        if (body.contains(name)) {
            auto value = text_in(body, name);
            if (value.empty()) {
                value = instead_of_nothing;
            }
            wishes.push_back([member, value](stores::Profile& profile) { profile.*member = value; });
        }
    };
    take("persona_name", &stores::Profile::persona_name);
    take("persona_style", &stores::Profile::persona_style);
    take("voice_id", &stores::Profile::voice_id, "default");
    take("language", &stores::Profile::language);
    if (const auto* speed = body.if_contains("voice_speed")) {
        wishes.push_back(
            [value = speed->as_double()](stores::Profile& profile) { profile.voice_speed = value; });
    }
    if (const auto* named = body.if_contains("allowed_skills")) {
        wishes.push_back(
            [skills = skills_in(*named)](stores::Profile& profile) { profile.allowed_skills = skills; });
    }
    if (const auto* keys = body.if_contains("provider_keys")) {
        add_wishes_for_keys(desk, user_of(call), keys->as_object(), wishes);
    }
    return wishes;
}

// However it ends, what was known before is not believed any more.
class Change {
public:
    Change(Desk& desk, UserId user) : desk_(desk), user_(user) {}
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;
    ~Change() { desk_.forget_manner(user_); }

private:
    Desk& desk_;
    const UserId user_;
};

// `before`: what comes first of all.
awaitable<net::Response> change(Desk& desk, Call& call, Wish before) {
    Wish all = [before = std::move(before), wishes = wishes_in(desk, call)](stores::Profile& profile) {
        before(profile);
        for (const auto& wish : wishes) {
            wish(profile);
        }
    };
    const Change change(desk, user_of(call));
    auto profile = co_await desk.people().change_profile(user_of(call), std::move(all));
    co_return told(wire(profile));
}

}  // namespace

awaitable<net::Response> show_profile(Desk& desk, Call& call) {
    auto profile = co_await desk.people().profile(user_of(call));
    co_return told(wire(profile));
}

// Keys are not shown, so whoever sends back what they were shown keeps them.
awaitable<net::Response> replace_profile(Desk& desk, Call& call) {
    Wish begin_anew = [](stores::Profile& profile) {
        stores::Profile fresh;
        fresh.sealed_provider_keys = std::move(profile.sealed_provider_keys);
        profile = std::move(fresh);
    };
    auto response = co_await change(desk, call, std::move(begin_anew));
    co_return response;
}

awaitable<net::Response> change_profile(Desk& desk, Call& call) {
    Wish as_it_is = [](stores::Profile&) {};
    auto response = co_await change(desk, call, std::move(as_it_is));
    co_return response;
}

}  // namespace repartee::surfaces::voice_ai
