#include "engines/llama/fitting.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace repartee::engines::llama {

namespace {

// What a template puts around each message.
constexpr std::size_t around_a_message = 16;

// Of `most`: how much is left out at a time.
constexpr std::size_t steps = 4;

std::size_t bytes_of(const Message& message) {
    auto bytes = message.content.size() + around_a_message;
    for (const auto& call : message.calls) {
        bytes += call.name.size() + boost::json::serialize(call.arguments).size();
    }
    return bytes;
}

bool is_from(const Message& message, Role role) {
    return message.role == role;
}

}  // namespace

std::size_t size_of(const Prompt& prompt) {
    std::size_t bytes = 0;
    for (const auto& skill : prompt.skills) {
        bytes +=
            skill->name.size() + skill->description.size() + boost::json::serialize(skill->parameters).size();
    }
    for (const auto& message : prompt.messages) {
        bytes += bytes_of(message);
    }
    return bytes;
}

Prompt fitted(Prompt prompt, std::size_t most) {
    auto size = size_of(prompt);
    if (size <= most) {
        return prompt;
    }
    auto step = std::max<std::size_t>(most / steps, 1);
    auto left_out = (size - most + step - 1) / step * step;

    auto& messages = prompt.messages;
    auto first = std::ranges::find_if(messages, [](const Message& m) { return !is_from(m, Role::System); });
    // Exchanges begin with what the user says; the last of them is what is to be answered.
    auto last = std::find_if(messages.rbegin(), messages.rend(), [](const Message& m) {
                    return is_from(m, Role::User);
                }).base();
    auto end = last == messages.begin() ? first : std::max(first, last - 1);
    auto kept_from = first;
    std::size_t dropped = 0;
    for (auto message = first; message != end; ++message) {
        if (dropped >= left_out && is_from(*message, Role::User)) {
            break;
        }
        dropped += bytes_of(*message);
        kept_from = message + 1;
    }
    messages.erase(first, kept_from);
    return prompt;
}

}  // namespace repartee::engines::llama
