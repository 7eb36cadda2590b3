#include "engines/paired_calls.h"

#include <algorithm>

namespace repartee::engines {

namespace {

Message cancelled(const SkillCall& call) {
    return {.role = Role::Skill, .content = "This was cancelled.", .call_id = call.id, .skill = call.name};
}

}  // namespace

std::vector<Message> with_paired_calls(const std::vector<Message>& messages) {
    std::vector<Message> paired;
    paired.reserve(messages.size());
    for (auto message = messages.begin(); message != messages.end();) {
        if (message->role == Role::Skill) {
            ++message;  // taken below, with its call
            continue;
        }
        const auto& calls = message->calls;
        paired.push_back(*message);
        auto answers = std::next(message);
        message =
            std::find_if(answers, messages.end(), [](const Message& m) { return m.role != Role::Skill; });
        for (const auto& call : calls) {
            auto answer =
                std::find_if(answers, message, [&](const Message& m) { return m.call_id == call.id; });
            paired.push_back(answer != message ? *answer : cancelled(call));
        }
    }
    return paired;
}

}  // namespace repartee::engines
