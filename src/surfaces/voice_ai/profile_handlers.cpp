#include "surfaces/voice_ai/answers.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/handlers.h"
#include "surfaces/voice_ai/persona.h"

#include <algorithm>

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

// Puts keys in the profile, sealed, and takes away those that are null.
void change_keys(Desk& desk, UserId user, const json::object& keys, stores::Profile& profile) {
    for (const auto& [name, key] : keys) {
        std::string provider(name);
        if (std::ranges::find(providers, provider) == providers.end()) {
            throw Failure(ErrorKind::Unprocessable, "no key of one's own can be used for '" + provider + "'");
        }
        if (key.is_null() || key.as_string().empty()) {
            profile.sealed_provider_keys.erase(provider);
            continue;
        }
        Secret secret{std::string(key.as_string())};
        if (!engines::is_a_key(secret)) {
            throw Failure(ErrorKind::Unprocessable, "that is a placeholder and no key");
        }
        profile.sealed_provider_keys[provider] =
            desk.accounts().seal(secret, sealing_context(user, provider));
    }
}

awaitable<net::Response> change(Desk& desk, Call& call, stores::Profile profile) {
    const auto& body = call.body;
    auto take = [&](std::string_view name, std::string& value) {
        if (body.contains(name)) {
            value = text_in(body, name);
        }
    };
    take("persona_name", profile.persona_name);
    take("persona_style", profile.persona_style);
    take("voice_id", profile.voice_id);
    take("language", profile.language);
    if (const auto* speed = body.if_contains("voice_speed")) {
        profile.voice_speed = speed->as_double();
    }
    if (const auto* skills = body.if_contains("allowed_skills")) {
        profile.allowed_skills = skills_in(*skills);
    }
    if (profile.voice_id.empty()) {
        profile.voice_id = "default";
    }
    if (const auto* keys = body.if_contains("provider_keys")) {
        change_keys(desk, user_of(call), keys->as_object(), profile);
    }
    auto shown = wire(profile);
    co_await desk.people().save(user_of(call), std::move(profile));
    desk.own_engines().forget(user_of(call));
    co_return told(shown);
}

}  // namespace

awaitable<net::Response> show_profile(Desk& desk, Call& call) {
    auto profile = co_await desk.people().profile(user_of(call));
    co_return told(wire(profile));
}

// Keys are not shown, so whoever sends back what they were shown keeps them.
awaitable<net::Response> replace_profile(Desk& desk, Call& call) {
    auto present = co_await desk.people().profile(user_of(call));
    stores::Profile fresh;
    fresh.sealed_provider_keys = std::move(present.sealed_provider_keys);
    auto response = co_await change(desk, call, std::move(fresh));
    co_return response;
}

awaitable<net::Response> change_profile(Desk& desk, Call& call) {
    auto present = co_await desk.people().profile(user_of(call));
    auto response = co_await change(desk, call, std::move(present));
    co_return response;
}

}  // namespace repartee::surfaces::voice_ai
