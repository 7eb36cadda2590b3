// For models that cannot be given skills as their provider has it: they are told about them in the
// instructions, ask for one in the text of their answer, and read what came of it as something that is said
// to them. Who holds the conversation takes such calls out of the text again.
#pragma once

#include "engines/model.h"

#include <string>
#include <vector>

namespace repartee::engines {

// What such a model is told about skills: what they are, and the JSON in which it asks for one
// (conversation/written_calls.h reads it). Empty without skills.
std::string skills_in_words(const std::vector<SharedSchema>& skills);

// The same prompt without schemas, calls and answers to calls. Pure.
Prompt with_calls_in_words(Prompt prompt);

}  // namespace repartee::engines
