// For the tests of models: asks one, and keeps what its stream gave.
#pragma once

#include "base/error.h"
#include "engines/model.h"

#include <optional>
#include <string>
#include <vector>

namespace repartee::engines {

// What a stream gave: the text, how it ended, and the failure if there was one.
struct Reading {
    std::string text;
    std::vector<SkillCall> calls;
    std::optional<AnswerEnd> end;
    std::optional<Error> failure;
    bool over = false;  // `next` has said that there is no more
};

// `reading` outlives the coroutine; the stream dies with it.
inline awaitable<void> read_all(std::unique_ptr<ModelStream> stream, Reading& reading) {
    try {
        while (auto output = co_await stream->next()) {
            if (auto* text = std::get_if<TextDelta>(&*output)) {
                reading.text += text->text;
            } else if (auto* call = std::get_if<SkillCall>(&*output)) {
                reading.calls.push_back(std::move(*call));
            } else if (auto* end = std::get_if<AnswerEnd>(&*output)) {
                reading.end = std::move(*end);
            }
        }
        reading.over = true;
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

inline awaitable<void> ask_health(Model& model, std::optional<Health>& health) {
    health = co_await model.check();
}

inline Prompt prompt_of(std::string words, bool with_skill = false) {
    Prompt prompt{.messages = {{.role = Role::User, .content = std::move(words)}}};
    if (with_skill) {
        prompt.skills.push_back(
            shared({.name = "clock", .description = "Tells the time.", .parameters = {}}));
    }
    return prompt;
}

}  // namespace repartee::engines
