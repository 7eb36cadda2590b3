// "call mom", "text Ann saying I am late", "take me to the station", "next song", "what is the weather in
// Paris": what other skills do. Where an agent has no such skill, it is not understood.
#include "engines/rules/pattern.h"
#include "engines/rules/topics.h"

#include <boost/json.hpp>

namespace repartee::engines::rules {

namespace {

// Of whom nobody can tell who they are.
bool is_nobody(Words words) {
    return match("me|it|this|that|him|her|them|you|us|back ...", words).has_value();
}

Ask ask_with(std::string_view skill, std::string_view key, std::string_view value) {
    return {.skill = std::string(skill), .arguments = {{key, value}}};
}

std::optional<Ask> telephoning(Words words) {
    if (const auto message = match_any({"text|message|tell * saying|that *",
                                        "send|write [a] [text|sms] message|text|sms to * saying|that *",
                                        "send|write * a message|text|sms saying|that *"},
                                       words)) {
        if (is_nobody(message->front())) {
            return std::nullopt;
        }
        return Ask{.skill = "sms",
                   .arguments = {{"target", joined(message->front())}, {"message", joined(message->back())}}};
    }
    const auto called = match_any(
        {"call|phone|ring|dial [up] *", "make|place a [phone] call to *", "give * a call|ring"}, words);
    if (called && !is_nobody(called->front())) {
        return ask_with("call", "target", joined(called->front()));
    }
    return std::nullopt;
}

std::optional<Ask> going_places(Words words) {
    if (const auto place = match_any({"navigate|drive|go [me] to *", "take|bring|guide|drive me to *",
                                      "[show|give|get|find] [me] [the] directions|way|route to *",
                                      "how do i get to *", "what is the way to *"},
                                     words)) {
        return ask_with("navigation", "destination", joined(place->front()));
    }
    return std::nullopt;
}

std::optional<Ask> handling_the_phone(Words words) {
    if (match_any({"play|resume [some|the|my] [music|song|songs|video]",
                   "start|resume|continue playing|playback", "play [me] something"},
                  words)) {
        return ask_with("media", "command", "play");
    }
    if (match_any({"pause", "pause|stop [the|this|my] music|song|video|playback|playing", "stop playing"},
                  words)) {
        return ask_with("media", "command", "pause");
    }
    if (match_any(
            {"[play|go] [to] [the] next [song|track|one|video]", "skip [this|the] [song|track|one|video]"},
            words)) {
        return ask_with("media", "command", "next");
    }
    if (match_any({"[play|go] [back] [to] [the] previous|last song|track|one|video", "previous [song|track]"},
                  words)) {
        return ask_with("media", "command", "previous");
    }
    for (const std::string_view setting : {"volume", "brightness"}) {
        const auto name = std::string(setting);
        const auto set = [&](std::string_view value) {
            return Ask{.skill = "system", .arguments = {{"setting", setting}, {"value", value}}};
        };
        if (const auto value = match_any({"set|put|turn|change [the] " + name + " to *"}, words)) {
            return set(joined(value->front()));
        }
        for (const std::string_view direction : {"up", "down"}) {
            const auto way = std::string(direction);
            if (match_any(
                    {"turn [the] " + name + " " + way, "turn " + way + " [the] " + name, name + " " + way},
                    words)) {
                return set(direction);
            }
        }
    }
    if (match_any({"[show|open|check|read] [me] my calendar", "what is on|in my calendar ..."}, words)) {
        return ask_with("calendar", "action", "view");
    }
    return std::nullopt;
}

std::optional<Ask> looking_things_up(Words words) {
    if (const auto place = match_any({"what|how is the weather [like] [today|now] in|for|at *",
                                      "[the] weather [today|now] in|for|at *",
                                      "is it raining|snowing|sunny|cold|warm|hot [today|now] in|at *",
                                      "what is the temperature in|at *"},
                                     words)) {
        return ask_with("weather", "location", joined(place->front()));
    }
    if (const auto query =
            match_any({"search [the] [web|internet] for *", "google *", "look up *", "search *"}, words)) {
        return ask_with("search", "query", joined(query->front()));
    }
    return std::nullopt;
}

std::optional<Ask> moving(Words words) {
    constexpr std::pair<std::string_view, std::string_view> moves[] = {
        {"[robot] nod [your] [head]", "nod"},
        {"[robot] look [to] [the] left", "look_left"},
        {"[robot] look [to] [the] right", "look_right"},
        {"[robot] wave [your] [hand|arm]", "wave"},
        {"[robot] wave goodbye|hello", "wave"},
        {"[robot] dance", "dance"},
        {"[robot] turn [to] [the] left", "turn_left"},
        {"[robot] turn [to] [the] right", "turn_right"},
        {"[robot] move|drive|go|come forward|forwards|ahead", "move_forward"},
        {"[robot] stop|halt moving|dancing|driving", "stop"},
    };
    for (const auto& [pattern, action] : moves) {
        if (match(pattern, words)) {
            return ask_with("robot", "action", action);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Decision> about_deeds(Words words, const Situation& situation) {
    for (const auto deed : {telephoning, going_places, handling_the_phone, looking_things_up, moving}) {
        if (auto ask = deed(words); ask && situation.skills.contains(ask->skill)) {
            return std::move(*ask);
        }
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
