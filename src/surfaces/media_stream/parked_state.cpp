#include "surfaces/media_stream/parked_state.h"

#include "engines/json_parts.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace repartee::surfaces::media_stream {

namespace json = boost::json;
using conversation::Due;
using engines::array_at;
using engines::flag_at;
using engines::object_at;
using engines::text_at;

namespace {

constexpr std::int64_t version = 1;

constexpr std::array roles{std::pair(Role::System, std::string_view("system")),
                           std::pair(Role::User, std::string_view("user")),
                           std::pair(Role::Assistant, std::string_view("assistant")),
                           std::pair(Role::Skill, std::string_view("skill"))};
constexpr std::array kinds{std::pair(Due::Kind::Answer, std::string_view("answer")),
                           std::pair(Due::Kind::Words, std::string_view("words")),
                           std::pair(Due::Kind::Rest, std::string_view("rest")),
                           std::pair(Due::Kind::Excuse, std::string_view("excuse"))};

// No call, and no timer in it, lasts longer. What comes from elsewhere is not added up before it was held
// against that.
constexpr std::int64_t longest_ms = 7LL * 24 * 60 * 60 * 1000;

template <class Names, class Value>
std::string_view name_in(const Names& names, Value value) {
    return std::ranges::find(names, value, [](const auto& pair) { return pair.first; })->second;
}

template <class Names>
auto value_in(const Names& names, std::string_view name) {
    auto found = std::ranges::find(names, name, [](const auto& pair) { return pair.second; });
    return found == names.end() ? std::nullopt : std::optional(found->first);
}

std::int64_t integer_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* number = value != nullptr ? value->if_int64() : nullptr;
    return number != nullptr ? *number : 0;
}

// --- writing ---

json::object json_of(const Message& message) {
    json::object written{{"role", name_in(roles, message.role)}, {"content", message.content}};
    if (!message.calls.empty()) {
        json::array calls;
        for (const auto& call : message.calls) {
            calls.push_back(json::object{{"id", call.id},
                                         {"name", call.name},
                                         {"arguments", call.arguments},
                                         {"extras", call.extras}});
        }
        written["calls"] = std::move(calls);
    }
    if (!message.call_id.empty() || !message.skill.empty()) {
        written["call_id"] = message.call_id;
        written["skill"] = message.skill;
    }
    return written;
}

json::array json_of(const std::vector<std::vector<Message>>& exchanges) {
    json::array written;
    for (const auto& exchange : exchanges) {
        json::array messages;
        for (const auto& message : exchange) {
            messages.push_back(json_of(message));
        }
        written.push_back(std::move(messages));
    }
    return written;
}

json::object json_of(const ParkedState& state, std::int64_t now_ms) {
    json::array events;
    for (const auto& event : state.events) {
        events.push_back(json::array{static_cast<std::int64_t>(event.number), event.message});
    }
    json::array due;
    for (const auto& one : state.talk.due) {
        due.push_back(json::object{
            {"kind", name_in(kinds, one.kind)}, {"text", one.text}, {"told", one.told}, {"said", one.said}});
    }
    json::array timers;
    for (const auto& timer : state.talk.timers) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(timer.left);
        timers.push_back(
            json::object{{"at_ms", now_ms + left.count()}, {"announcement", timer.announcement}});
    }
    json::object written{{"version", version},
                         {"agent", state.agent},
                         {"session", state.session},
                         {"ends_at_ms", state.ends_at_ms},
                         {"last", static_cast<std::int64_t>(state.last_number)},
                         {"events", std::move(events)},
                         {"past", json_of(state.talk.past)},
                         {"due", std::move(due)},
                         {"timers", std::move(timers)}};
    if (state.token_version) {
        written["token_version"] = *state.token_version;
    }
    return written;
}

template <class List>
void drop_older_half(List& list) {
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>((list.size() + 1) / 2));
}

// --- reading ---

std::optional<Message> message_in(const json::value& value) {
    const auto* written = value.if_object();
    auto role = written != nullptr ? value_in(roles, text_at(*written, "role")) : std::nullopt;
    if (!role) {
        return std::nullopt;
    }
    Message message{.role = *role,
                    .content = std::string(text_at(*written, "content")),
                    .call_id = std::string(text_at(*written, "call_id")),
                    .skill = std::string(text_at(*written, "skill"))};
    if (const auto* calls = array_at(*written, "calls")) {
        for (const auto& one : *calls) {
            const auto* call = one.if_object();
            if (call == nullptr) {
                return std::nullopt;
            }
            SkillCall asked{.id = std::string(text_at(*call, "id")),
                            .name = std::string(text_at(*call, "name"))};
            if (const auto* arguments = object_at(*call, "arguments")) {
                asked.arguments = *arguments;
            }
            if (const auto* extras = object_at(*call, "extras")) {
                asked.extras = *extras;
            }
            message.calls.push_back(std::move(asked));
        }
    }
    return message;
}

bool read_past(const json::object& written, std::vector<std::vector<Message>>& past) {
    const auto* exchanges = array_at(written, "past");
    if (exchanges == nullptr) {
        return false;
    }
    for (const auto& one : *exchanges) {
        const auto* messages = one.if_array();
        if (messages == nullptr) {
            return false;
        }
        auto& exchange = past.emplace_back();
        for (const auto& value : *messages) {
            auto message = message_in(value);
            if (!message) {
                return false;
            }
            exchange.push_back(std::move(*message));
        }
    }
    return true;
}

bool read_due(const json::object& written, std::vector<Due>& due) {
    const auto* list = array_at(written, "due");
    if (list == nullptr) {
        return false;
    }
    for (const auto& value : *list) {
        const auto* one = value.if_object();
        auto kind = one != nullptr ? value_in(kinds, text_at(*one, "kind")) : std::nullopt;
        if (!kind) {
            return false;
        }
        due.push_back({.kind = *kind,
                       .text = std::string(text_at(*one, "text")),
                       .told = flag_at(*one, "told"),
                       .said = std::string(text_at(*one, "said"))});
    }
    return true;
}

bool read_timers(const json::object& written, std::int64_t now_ms,
                 std::vector<conversation::RunningTimer>& timers) {
    const auto* list = array_at(written, "timers");
    if (list == nullptr) {
        return false;
    }
    for (const auto& value : *list) {
        const auto* one = value.if_object();
        if (one == nullptr) {
            return false;
        }
        const auto at_ms = std::clamp(integer_at(*one, "at_ms"), now_ms, now_ms + longest_ms);
        const std::chrono::milliseconds left(at_ms - now_ms);
        timers.push_back({.left = left, .announcement = std::string(text_at(*one, "announcement"))});
    }
    return true;
}

bool read_events(const json::object& written, std::deque<SentEvents::Event>& events) {
    const auto* list = array_at(written, "events");
    if (list == nullptr) {
        return false;
    }
    for (const auto& value : *list) {
        const auto* one = value.if_array();
        if (one == nullptr || one->size() != 2 || !one->at(0).is_int64() || !one->at(1).is_string()) {
            return false;
        }
        events.push_back({.number = static_cast<std::uint64_t>(one->at(0).get_int64()),
                          .message = std::string(one->at(1).get_string())});
    }
    return true;
}

}  // namespace

std::string text_of(ParkedState state, std::int64_t now_ms) {
    auto text = json::serialize(json_of(state, now_ms));
    while (text.size() > most_state_bytes && !(state.talk.past.empty() && state.events.empty())) {
        if (!state.talk.past.empty()) {
            drop_older_half(state.talk.past);
        } else {
            drop_older_half(state.events);
        }
        text = json::serialize(json_of(state, now_ms));
    }
    return text;
}

std::optional<ParkedState> parked_state_in(std::string_view text, std::int64_t now_ms) {
    auto written = engines::object_in(text);
    if (!written || integer_at(*written, "version") != version) {
        return std::nullopt;
    }
    ParkedState state{
        .agent = std::string(text_at(*written, "agent")),
        .session = std::string(text_at(*written, "session")),
        .ends_at_ms = std::clamp(integer_at(*written, "ends_at_ms"), std::int64_t{0}, now_ms + longest_ms),
        .last_number = static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_at(*written, "last")))};
    if (written->contains("token_version")) {
        state.token_version = integer_at(*written, "token_version");
    }
    bool is_whole = read_events(*written, state.events) && read_past(*written, state.talk.past) &&
                    read_due(*written, state.talk.due) && read_timers(*written, now_ms, state.talk.timers);
    return is_whole ? std::optional(std::move(state)) : std::nullopt;
}

}  // namespace repartee::surfaces::media_stream
