// "remember that my favorite color is blue", "what is my favorite color", "my name is ..."
//
// Where notes are offered, they are the memory; where there is one for good (`learn`), that is. Without
// either, what the user said in this conversation is. What the instructions say that is remembered counts as
// said.
#include "engines/rules/pattern.h"
#include "engines/rules/second_person.h"
#include "engines/rules/topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ranges>

namespace repartee::engines::rules {

namespace {

// Recognisers write names in lower case.
std::string as_name(Words words) {
    auto name = joined(words);
    bool begins = true;
    for (auto& character : name) {
        if (begins) {
            character = static_cast<char>(std::toupper(static_cast<unsigned char>(character)));
        }
        begins = character == ' ';
    }
    return name;
}

// What the user wants kept.
struct Statement {
    std::string said_back;  // "your favorite color is blue"
    std::string fact;       // "my favorite color is blue"
};

Statement statement_of(Words words) {
    return {said_to_user(words), joined(words)};
}

Statement name_statement(Words words) {
    return {"your name is " + as_name(words), "my name is " + as_name(words)};
}

std::optional<Statement> statement_in(Words words) {
    if (const auto told = match_any(
            {"remember [this] [that] *", "do not forget [that] *", "[make|take] [a] note [that|of] *",
             "keep in mind [that] *", "write down [that] *", "memorize [that] *"},
            words)) {
        words = told->front();
        if (const auto task = match("to *", words)) {
            return Statement{"you want to " + said_to_user(task->front()),
                             "I want to " + joined(task->front())};
        }
        // "Remember me?", "remember what I said" are no facts.
        if (match("me|it|what|who|where|when|how|why ...", words)) {
            return std::nullopt;
        }
        if (const auto named = match_any({"my name is *", "i am called *"}, words)) {
            return name_statement(named->front());
        }
        return statement_of(words);
    }
    if (const auto named = match_any(
            {"my name is *", "i am called *", "[you] [can|may] call me *", "the name is *"}, words)) {
        constexpr std::size_t longest_name = 4;  // words; more is a sentence about something else
        if (named->front().size() <= longest_name &&
            !match("not|later|back|a|an|in|at|when|tomorrow ...", named->front())) {
            return name_statement(named->front());
        }
        return std::nullopt;
    }
    if (match_any(
            {"my * is|are *", "i live in *", "i like|love|hate|prefer *", "i parked *", "i am * years old"},
            words)) {
        return statement_of(words);
    }
    return std::nullopt;
}

// What the user asks about: "favorite color". Empty: everything.
std::optional<std::string> question_in(Words words) {
    if (match_any({"what do you remember|know [about] [me]", "what are my notes",
                   "read|list|show [me] [all] my notes", "what did i ask|tell you to remember",
                   "what have you got in mind", "what should you remember", "what do you have in your notes"},
                  words)) {
        return "";
    }
    if (match_any({"who am i", "what am i called", "[do] [you] know|remember my name", "what is|was my name"},
                  words)) {
        return "name";
    }
    if (match_any({"how old am i", "what is my age"}, words)) {
        return "years old";
    }
    if (const auto asked =
            match_any({"what|who|where|when|which is|are|was|were my *", "what|which * do i *",
                       "where is|are|was|were [the] *", "where|when|what did|do i *",
                       "what do you remember|know about my|the *", "what do you remember|know about *",
                       "do you know my *", "do you remember *", "what is * of mine"},
                      words)) {
        std::string about;
        for (const auto& part : *asked) {
            about += (about.empty() ? "" : " ") + joined(part);
        }
        return about;
    }
    return std::nullopt;
}

// What is to be forgotten; empty: everything.
std::optional<std::string> oblivion_in(Words words) {
    if (match_any({"forget everything|all ...", "delete|clear|remove|erase [all] [of] my notes",
                   "forget all of it"},
                  words)) {
        return "";
    }
    if (const auto asked =
            match_any({"forget [about] [that] [my|the] *", "delete|remove the note about *"}, words)) {
        return joined(asked->front());
    }
    return std::nullopt;
}

bool is_small(const Word& word) {
    return match("i|my|me|the|a|an|is|are|was|do|did|of|to|in|on|at|have|you|your|what|where|when|who",
                 Words(&word, 1))
        .has_value();
}

// What the user stated by saying this, if it has all the words asked for.
std::optional<std::string> answer_in(std::string_view said, std::span<const Word> wanted) {
    const auto words = split_words(said);
    const auto statement = statement_in(words);
    if (!statement) {
        return std::nullopt;
    }
    const auto present = split_words(statement->said_back);
    const bool fits = std::ranges::all_of(wanted, [&](const Word& word) {
        return is_small(word) || std::ranges::any_of(present, [&](const Word& other) {
                   return other.key.starts_with(word.key);
               });
    });
    return fits ? std::optional(statement->said_back) : std::nullopt;
}

// Among the items of a list in the instructions: what is remembered from other conversations.
std::optional<std::string> answer_in_list(std::string_view instructions, std::span<const Word> wanted) {
    for (const auto line : instructions | std::views::split('\n')) {
        const std::string_view item(line.begin(), line.end());
        constexpr std::string_view mark = "- ";
        if (!item.starts_with(mark)) {
            continue;
        }
        if (auto answer = answer_in(item.substr(mark.size()), wanted)) {
            return answer;
        }
    }
    return std::nullopt;
}

// Without notes: the latest thing the user stated.
std::optional<std::string> from_conversation(std::string_view about, std::span<const Message> earlier) {
    const auto wanted = split_words(about);
    for (const auto& message : earlier | std::views::reverse) {
        std::optional<std::string> answer;
        if (message.role == Role::User) {
            answer = answer_in(message.content, wanted);
        } else if (message.role == Role::System) {
            answer = answer_in_list(message.content, wanted);
        }
        if (answer) {
            return answer;
        }
    }
    return std::nullopt;
}

std::string as_sentence(std::string clause) {
    clause.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(clause.front())));
    return clause + ".";
}

Ask ask_notes(std::string_view operation, std::string_view key, std::string_view text) {
    boost::json::object arguments{{"operation", operation}};
    if (!text.empty()) {
        arguments[key] = text;
    }
    return Ask{.skill = "notes", .arguments = std::move(arguments)};
}

}  // namespace

std::optional<Decision> about_memory(Words words, const Situation& situation) {
    const bool has_notes = situation.skills.contains("notes");
    const bool learns = !has_notes && situation.skills.contains("learn");
    if (const auto about = oblivion_in(words)) {
        if (learns) {
            auto what = about->empty() ? "everything" : *about;
            return Ask{.skill = "learn", .arguments = {{"operation", "forget"}, {"fact", what}}};
        }
        return has_notes ? Decision(ask_notes("forget", "about", *about)) : lacking("notes");
    }
    if (const auto about = question_in(words)) {
        if (has_notes) {
            return ask_notes("recall", "about", *about);
        }
        const auto found = from_conversation(*about, situation.earlier);
        return Say{found ? as_sentence(*found) : "You haven't told me that."};
    }
    if (const auto statement = statement_in(words)) {
        if (learns) {
            return Ask{.skill = "learn", .arguments = {{"fact", as_sentence(statement->fact)}}};
        }
        return has_notes
                   ? Decision(ask_notes("remember", "note", statement->said_back))
                   : Say{fmt::format("Okay, {}. I will remember that while we talk.", statement->said_back)};
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
