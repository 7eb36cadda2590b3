// How much memory a model takes while it runs: its weights, what it remembers of the conversations, and room
// to compute in. Pure.
#pragma once

#include "models/model_file.h"

#include <cstdint>

namespace repartee::engines::llama {

struct Footprint {
    std::uint64_t weights = 0;  // bytes, as what follows
    std::uint64_t conversations = 0;
    std::uint64_t computing = 0;

    // What does not fit into 64 bits does not fit anywhere.
    std::uint64_t all() const;
};

// `weights`: bytes of all the files of the model. `context`: tokens of each of the `slots` conversations.
Footprint footprint_of(const models::LanguageFacts& model, std::uint64_t weights, std::uint64_t context,
                       std::uint64_t slots);

}  // namespace repartee::engines::llama
