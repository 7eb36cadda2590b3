// Greetings, thanks and questions about the agent. Whole utterances only: "hello, what time is it" is
// about the time.
#include "engines/rules/pattern.h"
#include "engines/rules/topics.h"

#include <fmt/format.h>

namespace repartee::engines::rules {

namespace {

// What there is to offer, as a sentence that is true in this conversation.
std::string abilities(const Situation& situation) {
    std::vector<std::string_view> known;
    for (const auto& [skill, ability] :
         {std::pair<std::string_view, std::string_view>{"clock", "tell the time and the date"},
          {"calculator", "calculate"},
          {"timer", "set timers"},
          {"notes", "remember things for you"}}) {
        if (situation.skills.contains(skill)) {
            known.push_back(ability);
        }
    }
    known.push_back("repeat what was said");
    std::string list;
    for (std::size_t index = 0; index < known.size(); ++index) {
        list += index == 0 ? "" : index + 1 == known.size() ? " and " : ", ";
        list += known[index];
    }
    return fmt::format("I can {}. For real conversation, I need a language model.", list);
}

}  // namespace

std::optional<Decision> small_talk(Words words, const Situation& situation) {
    const auto hears = [&](std::initializer_list<std::string_view> patterns) {
        return match_any(patterns, words).has_value();
    };
    if (hears({"hello|hi|hey|greetings|howdy [there|again|repartee|computer|everybody]", "hello hello",
               "good morning|afternoon|evening|day", "nice to meet you"})) {
        return Say{"Hello! What can I do for you?"};
    }
    if (hears({"how are you [today|doing]", "how are you doing today", "how is it going", "what is up",
               "are you okay|well"})) {
        return Say{"I am well, thank you. What can I do for you?"};
    }
    if (hears({"thanks|thank [you]", "thank you very|so much", "thanks a lot", "many thanks",
               "great|cool|nice|perfect|wonderful", "[very] good", "well done", "good job",
               "that is all|good|great|it|right"})) {
        return Say{"You are welcome."};
    }
    if (hears({"goodbye|bye", "bye bye|now", "good bye|night", "see you [later|soon|tomorrow]",
               "talk to you later", "farewell"})) {
        return Say{"Goodbye!"};
    }
    if (hears({"who are you", "what are you", "what is your name", "introduce yourself",
               "who am i talking to", "tell [me] about yourself",
               "are you a robot|computer|human|machine|person", "who made you"})) {
        return Say{"I am a small voice assistant that follows simple rules. My program is called repartee."};
    }
    if (hears({"help [me]", "what can you do [for] [me]", "what can i say|ask|do [you]", "can you help [me]",
               "what do you know", "what are your skills|abilities", "how can you help [me]",
               "what are you able to do", "i need help", "what else can you do"})) {
        return Say{abilities(situation)};
    }
    if (hears({"stop|quiet|silence|enough|cancel|nevermind", "be quiet", "shut up", "never mind",
               "forget it|that", "stop talking|it|that", "okay|ok|yes|yeah|no|nope|sure|alright|right|fine",
               "all right"})) {
        return Say{"Okay."};
    }
    if (hears({"can you hear me [now]", "are you there|listening", "do you hear me", "test", "testing",
               "test test", "testing one two three", "one two three"})) {
        return Say{"Yes, I can hear you."};
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
