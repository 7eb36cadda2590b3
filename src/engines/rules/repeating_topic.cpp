// "what did I just say", "say that again", "repeat after me ..."
#include "engines/rules/pattern.h"
#include "engines/rules/topics.h"

#include <fmt/format.h>

#include <ranges>

namespace repartee::engines::rules {

namespace {

// The last thing `role` said; empty when it said nothing.
std::string_view last_words(std::span<const Message> messages, Role role) {
    for (const auto& message : messages | std::views::reverse) {
        if (message.role == role && !message.content.empty()) {
            return message.content;
        }
    }
    return {};
}

}  // namespace

std::optional<Decision> about_repeating(Words words, const Situation& situation) {
    if (match_any({"what did i [just] say|ask|tell [you] ...", "what was my last question|sentence",
                   "what have i [just] said", "repeat what i [just] said"},
                  words)) {
        // "... to remember" is a question to the notes.
        if (match("... to remember", words)) {
            return std::nullopt;
        }
        const auto said = last_words(situation.earlier, Role::User);
        return Say{said.empty() ? "That was the first thing you said." : fmt::format("You said: {}", said)};
    }
    if (const auto echo = match_any({"repeat after me *", "say after me *"}, words)) {
        return Say{joined(echo->front())};
    }
    if (match_any(
            {"say|repeat that|it [again|please]", "say|repeat that|it one more time", "repeat", "again",
             "pardon [me]", "come again", "repeat [that] please", "what did you [just] say", "what was that",
             "say again", "can|could you repeat [that|it] [please]", "repeat what you [just] said",
             "once more", "i did not hear|understand|catch|get that|you"},
            words)) {
        const auto said = last_words(situation.earlier, Role::Assistant);
        return Say{said.empty() ? "I haven't said anything yet." : std::string(said)};
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
