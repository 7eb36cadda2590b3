#include "scenarios/script.h"

#include "scenarios/stage.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

namespace repartee::scenarios {

namespace {

using conversation::Outcome;
using Words = std::vector<std::string>;  // what the pattern's groups matched

Duration duration_from(const std::string& text) {
    auto number = std::stod(text);
    auto scale = text.ends_with("ms") ? 1.0 : text.ends_with("min") ? 60'000.0 : 1000.0;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(number * scale));
}

std::chrono::milliseconds milliseconds_from(const std::string& text) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration_from(text));
}

class Player {
public:
    void line(const std::string& text) {
        for (const auto& [pattern, action] : sentences_) {
            std::smatch match;
            if (std::regex_match(text, match, pattern)) {
                action(Words(match.begin() + 1, match.end()));
                return;
            }
        }
        ADD_FAILURE() << "not understood";
    }

private:
    using Sentence = std::pair<std::regex, std::function<void(const Words&)>>;

    void go_to(const std::string& time) { stage_.advance_to(duration_from(time)); }

    void act(const std::string& time, const std::function<void()>& action) {
        go_to(time);
        last_action_ = stage_.client.notes.size();
        action();
    }

    // The first note of a kind since the last action, no later than `time`.
    const Note* find(Note::Kind kind, const std::string& time) {
        go_to(time);
        for (auto i = last_action_; i < stage_.client.notes.size(); ++i) {
            const auto& note = stage_.client.notes[i];
            if (note.kind == kind && note.at - stage_.curtain <= duration_from(time)) {
                return &note;
            }
        }
        ADD_FAILURE() << "it did not come in time";
        return nullptr;
    }

    void expect_none(Note::Kind kind, const std::string& time) {
        go_to(time);
        for (auto i = last_action_; i < stage_.client.notes.size(); ++i) {
            EXPECT_NE(stage_.client.notes[i].kind, kind);
        }
    }

    int audio_between(const std::string& from, const std::string& until) {
        go_to(until);
        return static_cast<int>(std::ranges::count_if(stage_.client.notes, [&](const Note& note) {
            auto at = note.at - stage_.curtain;
            return note.kind == Note::Kind::Audio && at > duration_from(from) && at < duration_from(until);
        }));
    }

    void expect_no_audio(const std::string& from, const std::string& until) {
        EXPECT_EQ(audio_between(from, until), 0);
    }

    void expect_end(Outcome outcome, const std::string* text, const std::string& time) {
        if (const auto* note = find(Note::Kind::Ended, time)) {
            EXPECT_EQ(note->outcome, outcome);
            if (text != nullptr) {
                EXPECT_EQ(note->text, *text);
            }
        }
    }

    void expect_text(Note::Kind kind, const std::string& text, const std::string& time) {
        if (const auto* note = find(kind, time)) {
            EXPECT_EQ(note->text, text);
        }
    }

    void expect_heard(const std::string& text) {
        for (auto note = stage_.client.notes.rbegin(); note != stage_.client.notes.rend(); ++note) {
            if (note->kind == Note::Kind::Ended) {
                EXPECT_EQ(note->heard, text);
                return;
            }
        }
        ADD_FAILURE() << "no reply has ended";
    }

    void expect_nothing_after(const std::string& time) {
        for (const auto& note : stage_.client.notes) {
            EXPECT_LE(note.at - stage_.curtain, duration_from(time)) << "there was: " << note.text;
        }
    }

    static Role role_named(const std::string& role) {
        return role == "user"        ? Role::User
               : role == "assistant" ? Role::Assistant
               : role == "skill"     ? Role::Skill
                                     : Role::System;
    }

    void model_calls(const std::string& name, const std::string& arguments) {
        auto& calls = stage_.model.calls.back();
        calls.push_back({.id = std::to_string(stage_.model.calls.size()) + "." + std::to_string(calls.size()),
                         .name = name,
                         .arguments = boost::json::parse(arguments).as_object()});
    }

    const std::optional<skills::ClientAction>& last_action() {
        static const std::optional<skills::ClientAction> none;
        for (auto note = stage_.client.notes.rbegin(); note != stage_.client.notes.rend(); ++note) {
            if (note->kind == Note::Kind::Ended) {
                return note->action;
            }
        }
        ADD_FAILURE() << "no reply has ended";
        return none;
    }

    void expect_action(const std::string& name, const std::string& parameters, bool to_be_confirmed) {
        const auto& action = last_action();
        ASSERT_TRUE(action);
        EXPECT_EQ(action->name, name);
        EXPECT_EQ(boost::json::serialize(action->parameters), parameters);
        EXPECT_EQ(action->needs_confirmation, to_be_confirmed);
    }

    bool was_kept(const std::string& role, const std::string& text) {
        return std::ranges::any_of(stage_.memory.kept, [&](const auto& exchange) {
            return std::ranges::any_of(exchange, [&](const Message& message) {
                return message.role == role_named(role) && message.content == text;
            });
        });
    }

    // The last of them.
    static bool prompt_has(const std::vector<engines::Prompt>& prompts, const std::string& role,
                           const std::string& text) {
        auto wanted = role_named(role);
        if (prompts.empty()) {
            return false;
        }
        return std::ranges::any_of(prompts.back().messages, [&](const Message& message) {
            return message.role == wanted && message.content == text;
        });
    }

    Stage stage_;
    std::size_t last_action_ = 0;

    const std::vector<Sentence> sentences_ = sentences({
        {R"re(model says "(.*)")re", [this](const Words& w) { stage_.settings.reply = w[0]; }},
        {"model starts after (.+)",
         [this](const Words& w) { stage_.settings.first_token = milliseconds_from(w[0]); }},
        {"model breaks off after (.+) words",
         [this](const Words& w) { stage_.model.breaks_off = std::stoi(w[0]); }},
        {"each word takes (.+)", [this](const Words& w) { stage_.settings.token = milliseconds_from(w[0]); }},
        {"voice starts after (.+)",
         [this](const Words& w) { stage_.settings.first_audio = milliseconds_from(w[0]); }},
        {"voice speaks at (.+)x", [this](const Words& w) { stage_.settings.speed = std::stod(w[0]); }},
        {R"re(model calls (\S+) (\{.*\}))re",
         [this](const Words& w) {
             stage_.model.calls.emplace_back();
             model_calls(w[0], w[1]);
         }},
        {R"re(and calls (\S+) (\{.*\}))re", [this](const Words& w) { model_calls(w[0], w[1]); }},
        {"agent may (.+)",
         [this](const Words& w) {
             std::istringstream names(w[0]);
             for (std::string name; std::getline(names >> std::ws, name, ',');) {
                 stage_.more_skills.push_back(name);
             }
         }},
        {"errands are asked about", [this](const Words&) { stage_.errands_are_asked_about = true; }},
        {"nobody can be asked", [this](const Words&) { stage_.options.can_ask_back = false; }},
        {"errand takes (.+)", [this](const Words& w) { stage_.errand_takes = duration_from(w[0]); }},
        {R"re(what is remembered is "(.*)")re",
         [this](const Words& w) {
             stage_.memory.background = w[0];
             stage_.options.recollection = &stage_.memory;
         }},
        {"keeping takes (.+)", [this](const Words& w) { stage_.memory.takes = duration_from(w[0]); }},
        {R"re(keeping fails with "(.*)")re", [this](const Words& w) { stage_.memory.trouble = w[0]; }},
        {R"re(expect prompt tells "(.*)")re",
         [this](const Words& w) {
             const auto& messages = stage_.model.prompts.back().messages;
             ASSERT_FALSE(messages.empty());
             EXPECT_NE(messages.front().content.find(w[0]), std::string::npos);
         }},
        {R"(expect (\d+) prompts, the last without skills)",
         [this](const Words& w) {
             ASSERT_EQ(stage_.model.prompts.size(), std::stoul(w[0]));
             EXPECT_TRUE(stage_.model.prompts.back().skills.empty());
         }},
        {R"re(expect action (\S+) (\{.*\}))re", [this](const Words& w) { expect_action(w[0], w[1], false); }},
        {R"re(expect action (\S+) (\{.*\}) to be confirmed)re",
         [this](const Words& w) { expect_action(w[0], w[1], true); }},
        {"expect no action", [this](const Words&) { EXPECT_FALSE(last_action()); }},
        {R"(expect errand ran (\d+) times by (\S+))",
         [this](const Words& w) {
             go_to(w[1]);
             EXPECT_EQ(stage_.errands, std::stoi(w[0]));
         }},
        {R"re(expect kept (user|assistant|skill) "(.*)")re",
         [this](const Words& w) { EXPECT_TRUE(was_kept(w[0], w[1])); }},
        {R"(expect kept (\d+) exchanges by (\S+))",
         [this](const Words& w) {
             go_to(w[1]);
             EXPECT_EQ(stage_.memory.kept.size(), std::stoul(w[0]));
         }},
        {"client takes whole replies only",
         [this](const Words&) { stage_.options.whole_replies_only = true; }},
        {"client listens", [this](const Words&) { stage_.client.listens = true; }},
        {"model is rules", [this](const Words&) { stage_.rules = true; }},
        {"there is no model", [this](const Words&) { stage_.options.has_model = false; }},
        {R"re(at (\S+) user says "(.*)")re",
         [this](const Words& w) { act(w[0], [&] { stage_.user_says(w[1]); }); }},
        {R"(at (\S+) user begins)", [this](const Words& w) { act(w[0], [&] { stage_.user_begins(); }); }},
        {R"re(at (\S+) hearing fails with "(.*)")re",
         [this](const Words& w) { act(w[0], [&] { stage_.hearing_fails(w[1]); }); }},
        {"it is a call",
         [this](const Words&) {
             stage_.client.listens = true;
             stage_.client.lead = 300ms;
             stage_.options.barge_in.emplace();
             stage_.options.apology = "Sorry, something went wrong.";
             stage_.options.excuse = "I was interrupted in the midst of that.";
         }},
        {R"re(at (\S+) agent announces "(.*)")re",
         [this](const Words& w) { act(w[0], [&] { stage_.agent_announces(w[1]); }); }},
        {R"(at (\S+) voice begins)",
         [this](const Words& w) { act(w[0], [&] { stage_.is_heard(hearing::SpeechBegan{}); }); }},
        {R"(at (\S+) voice goes on)",
         [this](const Words& w) { act(w[0], [&] { stage_.is_heard(hearing::SpeechGoesOn{}); }); }},
        {R"(at (\S+) voice pauses)",
         [this](const Words& w) { act(w[0], [&] { stage_.is_heard(hearing::SpeechPaused{}); }); }},
        {R"re(at (\S+) heard so far "(.*)")re",
         [this](const Words& w) { act(w[0], [&] { stage_.is_heard(hearing::HeardPartly{w[1]}); }); }},
        {R"re(at (\S+) heard "(.*)")re",
         [this](const Words& w) {
             act(w[0],
                 [&] { stage_.is_heard(hearing::HeardAll{Transcript{.text = w[1], .is_final = true}, {}}); });
         }},
        {R"(expect silence by (\S+))", [this](const Words& w) { find(Note::Kind::Silence, w[0]); }},
        {R"(expect no silence by (\S+))", [this](const Words& w) { expect_none(Note::Kind::Silence, w[0]); }},
        {R"(expect no audio between (\S+) and (\S+))",
         [this](const Words& w) { expect_no_audio(w[0], w[1]); }},
        {R"(expect audio between (\S+) and (\S+))",
         [this](const Words& w) { EXPECT_GT(audio_between(w[0], w[1]), 0); }},
        {R"(expect at most (\S+) of sound by (\S+))",
         [this](const Words& w) {
             go_to(w[1]);
             EXPECT_LE(stage_.client.sound, duration_from(w[0]));
         }},
        {R"(expect at least (\S+) of sound by (\S+))",
         [this](const Words& w) {
             go_to(w[1]);
             EXPECT_GE(stage_.client.sound, duration_from(w[0]));
         }},
        {R"(at (\S+) user interrupts)",
         [this](const Words& w) { act(w[0], [&] { stage_.user_interrupts(); }); }},
        {R"(at (\S+) user leaves)", [this](const Words& w) { act(w[0], [&] { stage_.user_leaves(); }); }},
        {R"(at (\S+) the line is lost)",
         [this](const Words& w) { act(w[0], [&] { stage_.line_is_lost(); }); }},
        {R"(at (\S+) the server dies)", [this](const Words& w) { act(w[0], [&] { stage_.server_dies(); }); }},
        {R"(at (\S+) it goes on)", [this](const Words& w) { act(w[0], [&] { stage_.goes_on(); }); }},
        {R"(expect (\d+) prompts by (\S+))",
         [this](const Words& w) {
             go_to(w[1]);
             EXPECT_EQ(stage_.model.prompts.size(), std::stoul(w[0]));
         }},
        {R"re(expect transcript "(.*)" by (\S+))re",
         [this](const Words& w) { expect_text(Note::Kind::Transcript, w[0], w[1]); }},
        {R"(expect no transcript by (\S+))",
         [this](const Words& w) { expect_none(Note::Kind::Transcript, w[0]); }},
        {R"(expect skipped by (\S+))", [this](const Words& w) { find(Note::Kind::Skipped, w[0]); }},
        {R"(expect first text by (\S+))", [this](const Words& w) { find(Note::Kind::Text, w[0]); }},
        {R"(expect first audio by (\S+))", [this](const Words& w) { find(Note::Kind::Audio, w[0]); }},
        {R"re(expect reply "(.*)" by (\S+))re",
         [this](const Words& w) { expect_end(Outcome::Complete, &w[0], w[1]); }},
        {R"(expect interrupted reply by (\S+))",
         [this](const Words& w) { expect_end(Outcome::Interrupted, nullptr, w[0]); }},
        {R"re(expect failed reply "(.*)" by (\S+))re",
         [this](const Words& w) { expect_end(Outcome::Failed, &w[0], w[1]); }},
        {R"re(expect heard "(.*)")re", [this](const Words& w) { expect_heard(w[0]); }},
        {R"(expect nothing after (\S+))", [this](const Words& w) { expect_nothing_after(w[0]); }},
        {R"re(expect prompt has (\S+) "(.*)")re",
         [this](const Words& w) { EXPECT_TRUE(prompt_has(stage_.model.prompts, w[0], w[1])); }},
        {R"re(expect prompt lacks (\S+) "(.*)")re",
         [this](const Words& w) { EXPECT_FALSE(prompt_has(stage_.model.prompts, w[0], w[1])); }},
        {R"(expect model prepared (\d+) times by (\S+))",
         [this](const Words& w) {
             go_to(w[1]);
             EXPECT_EQ(stage_.model.prepared.size(), std::stoul(w[0]));
         }},
        {R"re(expect model was prepared with (\S+) "(.*)")re",
         [this](const Words& w) { EXPECT_TRUE(prompt_has(stage_.model.prepared, w[0], w[1])); }},
        {R"re(expect model was prepared without (\S+) "(.*)")re",
         [this](const Words& w) { EXPECT_FALSE(prompt_has(stage_.model.prepared, w[0], w[1])); }},
        {R"(expect model stopped by (\S+))",
         [this](const Words& w) {
             go_to(w[0]);
             EXPECT_EQ(stage_.model.cancelled, 1);
         }},
        {R"(expect over by (\S+))",
         [this](const Words& w) {
             go_to(w[0]);
             EXPECT_TRUE(stage_.over());
         }},
    });

    static std::vector<Sentence> sentences(
        std::vector<std::pair<std::string, std::function<void(const Words&)>>> patterns) {
        std::vector<Sentence> compiled;
        for (auto& [pattern, action] : patterns) {
            compiled.emplace_back(std::regex(pattern), std::move(action));
        }
        return compiled;
    }
};

}  // namespace

void play(const std::filesystem::path& script) {
    std::ifstream file(script);
    ASSERT_TRUE(file) << script;
    Player player;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        SCOPED_TRACE(script.filename().string() + ":" + std::to_string(number) + ": " + line);
        player.line(line);
    }
}

}  // namespace repartee::scenarios
