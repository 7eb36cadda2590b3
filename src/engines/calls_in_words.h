// For models that cannot be given skills as their provider has it: they are told about them in the
// instructions, ask for one in the text of their answer, and read what came of it as something that is said
// to them. Who holds the conversation takes such calls out of the text again.
#pragma once

#include "engines/model.h"

namespace repartee::engines {

// The same prompt without schemas, calls and answers to calls. Pure.
Prompt with_calls_in_words(Prompt prompt);

}  // namespace repartee::engines
