// Which file to think with: what there is in the folder, what the settings say, and what fits into the
// machine.
#pragma once

#include "engines/llama/footprint.h"
#include "engines/llama/llama_settings.h"
#include "models/model_file.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace repartee::engines::llama {

struct ChosenModel {
    std::filesystem::path file;
    models::ModelFile examined;
    Footprint footprint;
    std::uint64_t context = 0;  // tokens of a conversation: no more than the model was made for
};

// The chosen one; of what the settings leave open the largest that fits, for it is the cleverest. Throws
// Failure: what examining a file throws, Unsupported, NotFound and TooLarge, with the reason in a few words
// as message and what to do about it as detail. Reads the beginning of every candidate, milliseconds for
// each: for a thread that may block. `memory`: bytes that may be taken; nothing: nobody knows.
ChosenModel choose_model(const LlamaSettings& settings, const std::filesystem::path& folder,
                         std::optional<std::uint64_t> memory);

// Of "name-00001-of-00003.gguf" all three, of any other file itself.
std::vector<std::filesystem::path> parts_of(const std::filesystem::path& file);

}  // namespace repartee::engines::llama
