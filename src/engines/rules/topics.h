// What the rules can talk about. Each topic looks at the words and says what to do about them, or
// nothing when they are not about it. Pure; called by intents.cpp in the order written here.
#pragma once

#include "engines/rules/intents.h"
#include "engines/rules/words.h"

#include <optional>

namespace repartee::engines::rules {

// `words` are those of situation.utterance or, when nobody understood these, fewer of them:
// courtesies are taken off one by one.
std::optional<Decision> about_repeating(Words words, const Situation& situation);
std::optional<Decision> about_timers(Words words, const Situation& situation);
std::optional<Decision> about_time(Words words, const Situation& situation);
std::optional<Decision> about_sums(Words words, const Situation& situation);
std::optional<Decision> small_talk(Words words, const Situation& situation);
std::optional<Decision> about_memory(Words words, const Situation& situation);
std::optional<Decision> about_deeds(Words words, const Situation& situation);

// What the agent says when it is asked for something that its skills do not offer.
Decision lacking(std::string_view what);

}  // namespace repartee::engines::rules
