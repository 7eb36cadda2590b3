#include "conversation/written_reply.h"

#include "base/utf8.h"
#include "conversation/markup.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace repartee::conversation {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 2> message_keys{"message", "response"};
constexpr std::array<std::string_view, 2> action_keys{"action", "actions"};
constexpr std::array<std::string_view, 4> parameter_keys{"params", "parameters", "arguments", "args"};
// What a call may say about itself besides.
constexpr std::array<std::string_view, 3> side_keys{"needs_confirmation", "type", "id"};
// Objects that hold nothing but ours.
constexpr std::array<std::string_view, 8> wrapper_keys{"message", "response",      "reply",     "answer",
                                                       "output",  "function_call", "tool_call", "tool_calls"};

// How deep objects of ours may be wrapped in others.
constexpr int deepest_wrapping = 2;

bool among(std::string_view key, std::span<const std::string_view> keys) {
    return std::ranges::find(keys, key) != keys.end();
}

const json::value* first_of_keys(const json::object& object, std::span<const std::string_view> keys) {
    for (auto key : keys) {
        if (const auto* value = object.if_contains(key)) {
            return value;
        }
    }
    return nullptr;
}

// --- JSON as models write it ---

std::optional<json::value> parse(std::string_view text) {
    json::parse_options options;
    options.max_depth = 32;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    options.allow_invalid_utf8 = true;
    json::error_code wrong;
    auto value = json::parse({text.data(), text.size()}, wrong, {}, options);
    return wrong ? std::nullopt : std::optional(std::move(value));
}

// With the ends of lines in strings written as JSON wants them.
std::string with_escaped_controls(std::string_view text) {
    std::string escaped;
    bool in_string = false;
    bool behind_backslash = false;
    for (char character : text) {
        if (in_string && static_cast<unsigned char>(character) < 0x20) {
            escaped += character == '\n' ? "\\n" : character == '\t' ? "\\t" : "";
            continue;
        }
        if (character == '"' && !behind_backslash) {
            in_string = !in_string;
        }
        behind_backslash = in_string && character == '\\' && !behind_backslash;
        escaped += character;
    }
    return escaped;
}

std::optional<json::value> lenient_value(std::string_view text) {
    auto value = parse(text);
    return value ? value : parse(with_escaped_controls(text));
}

std::string text_of(const json::value* value) {
    if (value == nullptr || value->is_null() || value->is_structured()) {
        return {};
    }
    if (const auto* text = value->if_string()) {
        return std::string(*text);
    }
    return json::serialize(*value);
}

// --- calls ---

bool says_yes(const json::value* value) {
    return value != nullptr && ((value->is_bool() && value->get_bool()) || text_of(value) == "true");
}

json::object parameters_in(const json::value& value) {
    if (const auto* object = value.if_object()) {
        return *object;
    }
    if (const auto* text = value.if_string()) {
        auto parsed = lenient_value({text->data(), text->size()});
        if (parsed && parsed->is_object()) {
            return std::move(parsed->get_object());
        }
    }
    return {};
}

// What stands beside the name, where nothing says that it is the parameters.
json::object parameters_beside(const json::object& call) {
    json::object parameters;
    for (const auto& [key, value] : call) {
        if (key != "name" && !among(key, side_keys)) {
            parameters[key] = value;
        }
    }
    return parameters;
}

std::optional<WrittenCall> call_named(std::string_view name, const json::object& call) {
    auto clean = lower_ascii(trimmed(name));
    if (clean.empty() || clean == "none" || clean == "null") {
        return std::nullopt;
    }
    const auto* parameters = first_of_keys(call, parameter_keys);
    return WrittenCall{.name = std::move(clean),
                       .parameters = parameters ? parameters_in(*parameters) : json::object(),
                       .needs_confirmation = says_yes(call.if_contains("needs_confirmation"))};
}

std::optional<WrittenCall> call_in(const json::object& call) {
    const auto* function = call.if_contains("function");
    if (function != nullptr && function->is_object()) {
        return call_in(function->get_object());
    }
    const auto* name = call.if_contains("name");
    auto found = call_named(text_of(name ? name : function), call);
    if (found && first_of_keys(call, parameter_keys) == nullptr) {
        found->parameters = parameters_beside(call);
    }
    return found;
}

void add_call(std::vector<WrittenCall>& calls, std::optional<WrittenCall> call) {
    if (call && calls.size() < WrittenCalls::most_calls) {
        calls.push_back(std::move(*call));
    }
}

// `reply`: the object around the action.
std::vector<WrittenCall> calls_in_action(const json::value& action, const json::object& reply) {
    std::vector<WrittenCall> calls;
    if (const auto* object = action.if_object()) {
        add_call(calls, call_in(*object));
    } else if (const auto* name = action.if_string()) {
        add_call(calls, call_named({name->data(), name->size()}, reply));
    } else if (const auto* list = action.if_array()) {
        for (const auto& item : *list) {
            if (const auto* element = item.if_object()) {
                add_call(calls, call_in(*element));
            }
        }
    }
    return calls;
}

// --- replies ---

bool has_only(const json::object& object, std::initializer_list<std::span<const std::string_view>> sets,
              std::string_view besides = {}) {
    return std::ranges::all_of(object, [&](const auto& member) {
        return member.key() == besides ||
               std::ranges::any_of(sets, [&](auto keys) { return among(member.key(), keys); });
    });
}

// {"name": ..., "parameters": ...}: JSON of which nobody says that it is a call has to look like nothing
// else.
bool is_bare_call(const json::object& object) {
    const auto* name = object.if_contains("name");
    const auto* parameters = first_of_keys(object, parameter_keys);
    if (name != nullptr && name->is_string() && parameters != nullptr &&
        (parameters->is_object() || parameters->is_string())) {
        return has_only(object, {parameter_keys, side_keys, message_keys}, "name");
    }
    const auto* function = object.if_contains("function");
    return function != nullptr && function->is_object() && function->get_object().contains("name") &&
           has_only(object, {side_keys, message_keys}, "function");
}

std::optional<FoundReply> reply_in(const json::object& object) {
    const auto* message = first_of_keys(object, message_keys);
    FoundReply found{.reply = {.message = text_of(message), .calls = {}}};
    if (const auto* action = first_of_keys(object, action_keys)) {
        found.reply.calls = calls_in_action(*action, object);
        bool says_how = first_of_keys(object, parameter_keys) != nullptr;
        bool is_ours =
            message != nullptr || (!found.reply.calls.empty() && (!action->is_string() || says_how));
        return is_ours ? std::optional(std::move(found)) : std::nullopt;
    }
    if (is_bare_call(object)) {
        add_call(found.reply.calls, call_in(object));
        return found;
    }
    if (message != nullptr && message->is_string() && has_only(object, {message_keys})) {
        found.if_alone = true;
        return found;
    }
    return std::nullopt;
}

std::optional<FoundReply> found_in(const json::value& value, int depth);

std::optional<FoundReply> found_in_list(const json::array& list, int depth) {
    FoundReply all;
    for (const auto& item : list) {
        auto found = found_in(item, depth + 1);
        if (!found || found->if_alone) {
            return std::nullopt;
        }
        all.reply.message += (all.reply.message.empty() ? "" : " ") + found->reply.message;
        for (auto& call : found->reply.calls) {
            add_call(all.reply.calls, std::move(call));
        }
    }
    return list.empty() ? std::nullopt : std::optional(std::move(all));
}

// A message that is itself such an object, written as text.
void unwrap_message(FoundReply& found, int depth) {
    auto message = trimmed(found.reply.message);
    if (depth >= deepest_wrapping || !message.starts_with('{')) {
        return;
    }
    auto value = lenient_value(message);
    auto inner = value ? found_in(*value, depth + 1) : std::nullopt;
    if (!inner) {
        return;
    }
    found.reply.message = std::move(inner->reply.message);
    if (found.reply.calls.empty()) {
        found.reply.calls = std::move(inner->reply.calls);
    }
}

std::optional<FoundReply> found_in(const json::value& value, int depth) {
    if (depth > deepest_wrapping) {
        return std::nullopt;
    }
    if (const auto* list = value.if_array()) {
        return found_in_list(*list, depth);
    }
    const auto* object = value.if_object();
    if (object == nullptr) {
        return std::nullopt;
    }
    auto found = reply_in(*object);
    if (found) {
        unwrap_message(*found, depth);
        return found;
    }
    if (object->size() == 1 && among(object->begin()->key(), wrapper_keys)) {
        return found_in(object->begin()->value(), depth + 1);
    }
    return std::nullopt;
}

// --- what is broken ---

// The members of an object as far as they can be told.
struct Outline {
    std::vector<std::string_view> keys;
    std::optional<std::string_view> message;  // as it is written, without its quotes

    bool has(std::span<const std::string_view> wanted) const {
        return std::ranges::any_of(keys, [&](std::string_view key) { return among(key, wanted); });
    }
};

std::size_t end_of_string(std::string_view text, std::size_t begin) {
    for (auto at = begin; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at;
        }
    }
    return text.size();
}

Outline outline_of(std::string_view text) {
    Outline outline;
    std::size_t depth = 0;
    bool key_comes = true;
    for (std::size_t at = text.find('{'); at < text.size(); ++at) {
        switch (text[at]) {
            case '{':
            case '[': ++depth; break;
            case '}':
            case ']':
                if (--depth == 0) {
                    return outline;
                }
                break;
            case ',': key_comes = key_comes || depth == 1; break;
            case '"': {
                auto end = end_of_string(text, at + 1);
                auto written = text.substr(at + 1, end - at - 1);
                if (depth == 1 && key_comes) {
                    outline.keys.push_back(written);
                    key_comes = false;
                } else if (depth == 1 && among(outline.keys.back(), message_keys) && !outline.message) {
                    outline.message = written;
                }
                at = end;
                break;
            }
            default: break;
        }
    }
    return outline;
}

std::string unescaped(std::string_view written) {
    auto end = written.size();
    if (auto at = end - std::min<std::size_t>(end, 3); utf8_is_cut_short(written, at)) {
        end = at;
    } else if (utf8_is_cut_short(written, at + 1)) {
        end = at + 1;
    } else if (utf8_is_cut_short(written, at + 2)) {
        end = at + 2;
    }
    written = written.substr(0, end);
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (auto value = lenient_value(fmt::format("\"{}\"", written)); value && value->is_string()) {
            return text_of(&*value);
        }
        // An escape may have been cut in two.
        auto last = written.rfind('\\');
        if (last == std::string_view::npos || written.size() - last > std::string_view("\\u1234").size()) {
            break;
        }
        written = written.substr(0, last);
    }
    std::string text(written);
    std::erase(text, '\\');
    return text;
}

}  // namespace

std::optional<FoundReply> written_reply(std::string_view text) {
    if (auto value = lenient_value(text)) {
        return found_in(*value, 0);
    }
    auto broken = broken_reply(text);
    return broken ? std::optional(FoundReply{.reply = std::move(*broken)}) : std::nullopt;
}

std::optional<WrittenReply> broken_reply(std::string_view text) {
    constexpr std::array<std::string_view, 1> name_key{"name"};
    auto outline = outline_of(text);
    bool is_ours = outline.has(action_keys) ||
                   (!outline.keys.empty() && among(outline.keys.front(), message_keys)) ||
                   (outline.has(name_key) && outline.has(parameter_keys));
    if (!is_ours) {
        return std::nullopt;
    }
    return WrittenReply{.message = outline.message ? unescaped(*outline.message) : std::string(),
                        .calls = {}};
}

}  // namespace repartee::conversation
