#include "skills/notes/notes_skill.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::notes {

namespace json = boost::json;

namespace {

// Nobody listens to more than this at once.
constexpr std::size_t most_recalled = 5;

// "your name is Ann": no blanks around, no full stop, lower case unless it begins with "I".
std::string as_clause(std::string_view note) {
    const auto blanks_and_stops = " \t\r\n.!";
    const auto begin = note.find_first_not_of(" \t\r\n");
    const auto end = note.find_last_not_of(blanks_and_stops);
    if (begin == std::string_view::npos || end == std::string_view::npos) {
        return {};
    }
    std::string clause(note.substr(begin, end - begin + 1));
    for (const std::string_view opening : {"Your ", "You ", "The ", "There "}) {
        if (clause.starts_with(opening)) {
            clause.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(clause.front())));
        }
    }
    return clause;
}

std::string as_sentence(std::string clause) {
    clause.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(clause.front())));
    return clause + ".";
}

}  // namespace

SharedSchema NotesSkill::schema() const {
    static const auto schema =
        shared({.name = "notes",
                .description = "Remembers facts the user wants kept, and finds or forgets them again.",
                .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "operation": {"type": "string", "enum": ["remember", "recall", "forget"]},
                    "note": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 300,
                        "description": "For remember: the fact, said to the user: 'your favorite color is blue'."
                    },
                    "about": {
                        "type": "string",
                        "maxLength": 300,
                        "description": "For recall and forget: a few words of the note, such as 'favorite color'; leave out for all notes."
                    }
                },
                "required": ["operation"]
            })")
                                  .as_object()});
    return schema;
}

awaitable<SkillResult> NotesSkill::run(json::object arguments) {
    const auto text = [&](std::string_view key) {
        const auto* value = arguments.if_contains(key);
        return value ? std::string(value->get_string()) : std::string();
    };
    const std::string operation = text("operation");
    SkillResult result;
    if (operation == "remember") {
        result.text = remember(text("note"));
    } else if (operation == "recall") {
        result.text = recall(text("about"));
    } else {
        result.text = forget(text("about"));
    }
    co_return result;
}

std::string NotesSkill::remember(const std::string& note) {
    auto clause = as_clause(note);
    if (clause.empty()) {
        return "What should I remember?";
    }
    if (clause.size() > longest_note) {
        return "That is too long for me to remember. Please make it shorter.";
    }
    auto answer = fmt::format("Okay, I will remember that {}.", clause);
    notebook_.add(std::move(clause));
    return answer;
}

std::string NotesSkill::recall(std::string_view about) const {
    const auto found = notebook_.find(about);
    if (found.empty()) {
        return about.empty() ? "I have no notes yet." : "I have no note about that.";
    }
    std::string answer;
    for (std::size_t index = 0; index < std::min(found.size(), most_recalled); ++index) {
        answer += (index == 0 ? "" : " ") + as_sentence(found[index]);
    }
    if (found.size() > most_recalled) {
        answer += fmt::format(" And {} more.", found.size() - most_recalled);
    }
    return answer;
}

std::string NotesSkill::forget(std::string_view about) {
    const auto removed = notebook_.remove(about);
    if (removed == 0) {
        return about.empty() ? "I have no notes yet." : "I have no note about that.";
    }
    return removed == 1 ? "Okay, I forgot it." : fmt::format("Okay, I forgot {} notes.", removed);
}

}  // namespace repartee::skills::notes
