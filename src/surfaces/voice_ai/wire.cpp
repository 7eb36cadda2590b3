#include "surfaces/voice_ai/wire.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

json::array list_of(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts) {
        list.emplace_back(text);
    }
    return list;
}

}  // namespace

std::string time_text(std::int64_t milliseconds_since_1970) {
    auto milliseconds = std::max<std::int64_t>(milliseconds_since_1970, 0);
    auto seconds = static_cast<std::time_t>(milliseconds / 1000);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), milliseconds % 1000);
}

json::object wire(const accounts::Tokens& tokens) {
    json::object object{{"access_token", tokens.access}, {"token_type", "bearer"}};
    if (!tokens.refresh.empty()) {
        object["expires_in"] = tokens.access_lifetime.count();
        object["refresh_token"] = tokens.refresh;
    }
    return object;
}

json::object wire(const stores::User& user) {
    return {{"id", user.id},
            {"email", user.email},
            {"full_name", user.full_name},
            {"is_superuser", user.role == stores::UserRole::Admin},
            {"created_at", time_text(user.created_at_ms)}};
}

json::object wire(const stores::Profile& profile) {
    json::array providers;
    for (const auto& [provider, sealed] : profile.sealed_provider_keys) {
        providers.emplace_back(provider);
    }
    return {{"persona_name", profile.persona_name},
            {"persona_style", profile.persona_style},
            {"voice_id", profile.voice_id},
            {"voice_speed", profile.voice_speed},
            {"language", profile.language},
            {"allowed_skills", list_of(profile.allowed_skills)},
            {"provider_keys_set", std::move(providers)}};
}

json::object wire(const stores::ApiKey& key) {
    json::value last_used;
    if (key.last_used_at_ms != 0) {
        last_used = time_text(key.last_used_at_ms);
    }
    return {{"id", key.id},
            {"name", key.name},
            {"tail", key.tail},
            {"scopes", list_of(key.scopes)},
            {"created_at", time_text(key.created_at_ms)},
            {"last_used_at", std::move(last_used)}};
}

json::object wire(const stores::StoredConversation& conversation) {
    return {{"id", conversation.id},
            {"session_id", conversation.session_key},
            {"title", conversation.title},
            {"messages", conversation.messages},
            {"created_at", time_text(conversation.created_at_ms)},
            {"updated_at", time_text(conversation.updated_at_ms)}};
}

json::object wire(const stores::StoredMessage& message) {
    json::value action;
    if (!message.action.empty()) {
        json::error_code fault;
        action = json::parse(message.action, fault);  // null where it is none
    }
    return {{"id", message.id},
            {"position", message.position},
            {"role", message.role == Role::User ? "user" : "assistant"},
            {"text", message.text},
            {"action", std::move(action)},
            {"created_at", time_text(message.created_at_ms)}};
}

json::object wire(const stores::Memory& memory) {
    return {{"id", memory.id},
            {"text", memory.text},
            {"category", memory.category},
            {"source", memory.source},
            {"created_at", time_text(memory.created_at_ms)},
            {"updated_at", time_text(memory.updated_at_ms)}};
}

json::object wire(const stores::FoundMemory& found) {
    auto described = wire(found.memory);
    described["score"] = found.score;
    return described;
}

json::value wire(const std::optional<skills::ClientAction>& action) {
    if (!action) {
        return nullptr;
    }
    return json::object{{"name", action->name},
                        {"params", action->parameters},
                        {"needs_confirmation", action->needs_confirmation}};
}

std::string text_of(const Mark& mark) {
    return fmt::format("{}.{}", mark.at_ms, mark.id);
}

std::optional<Mark> mark_in(std::string_view text) {
    if (text.empty()) {
        return Mark{};
    }
    Mark mark;
    const auto* end = text.data() + text.size();
    auto [point, fault] = std::from_chars(text.data(), end, mark.at_ms);
    if (fault != std::errc() || point == end || *point != '.' || point + 1 == end || mark.at_ms < 0) {
        return std::nullopt;
    }
    mark.id.assign(point + 1, end);
    return mark;
}

}  // namespace repartee::surfaces::voice_ai
