// A conversation that has grown longer than the model's context: what is left of it. Pure.
#pragma once

#include "engines/model.h"

#include <cstddef>

namespace repartee::engines::llama {

// What the model has to read of a prompt, in bytes.
std::size_t size_of(const Prompt& prompt);

// The prompt without its oldest exchanges, so that it has no more than `most` bytes, as far as that goes: the
// instructions stay, and what is asked now with all that belongs to it. What is left out grows in steps, so
// that the beginning stays the same from one turn to the next, and need not be read anew.
Prompt fitted(Prompt prompt, std::size_t most);

}  // namespace repartee::engines::llama
