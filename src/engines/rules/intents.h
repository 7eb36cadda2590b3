// What to do about an utterance: say something, or ask a skill. Pure.
//
// The understanding itself is in the topics (topics.h); this is the order in which they are asked.
#pragma once

#include "vocabulary/message.h"

#include <boost/json/object.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace repartee::engines::rules {

struct Situation {
    std::string_view utterance;
    std::set<std::string, std::less<>> skills;  // those of our own that are offered: "clock", "timer" ...
    std::span<const Message> earlier = {};      // what was said before, oldest first
};

struct Say {
    std::string text;
};
struct Ask {
    std::string skill;
    boost::json::object arguments;
};
using Decision = std::variant<Say, Ask>;

Decision decide(const Situation& situation);

}  // namespace repartee::engines::rules
