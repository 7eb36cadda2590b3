// Asks a language model something behind a conversation, and takes its answer as a whole.
#pragma once

#include "engines/model.h"

#include <string>

namespace repartee::memory {

// The text of the answer, without what the model thought aloud; at most so many bytes, behind which it is not
// read. Throws Failure as models do. `model` outlives the call.
awaitable<std::string> answer_of(engines::Model& model, engines::Prompt prompt, std::size_t longest);

}  // namespace repartee::memory
