// What a model file holds, read from the file itself. Weights come from the network or from somebody's disk,
// and the libraries that load them believe what they read: so a file that is cut off, of another kind or not
// what it claims to be is found out here, before a library sees it.
//
// Reads headers and lengths, no weights: milliseconds even for gigabytes. Pure but for reading the file.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace repartee::models {

enum class ModelKind {
    Whisper,   // speech to text, ggml form
    Parakeet,  // the same from others, ggml form
    Silero,    // is somebody speaking?
    Gguf,      // language models
};

std::string_view name_of(ModelKind kind);

// What a language model says of itself.
struct LanguageFacts {
    std::uint64_t context = 0;      // tokens it was made for
    std::uint64_t vocabulary = 0;   // how many tokens there are
    std::uint64_t token_bytes = 0;  // of memory for each token of a conversation, at 16 bits a number
    bool has_chat_template = false;
};

struct ModelFile {
    ModelKind kind = ModelKind::Whisper;
    bool multilingual = true;    // of Whisper and Parakeet: whether it knows more than English
    std::string weights;         // "f16", "q5_0": what most of the weights are
    int layers = 0;              // of the encoder; of all where there is none
    std::size_t tensors = 0;     // pieces of weights
    std::uintmax_t bytes = 0;    // of the file
    std::string architecture{};  // GGUF: "llama", "qwen2"
    LanguageFacts language{};    // GGUF
};

// Throws Failure: NotFound, Malformed for what is cut off or no model, Unsupported for a model of a kind or a
// size that nothing here takes. The messages say what is wrong with the file and are for people.
ModelFile examine(const std::filesystem::path& path);
// The same of `size` bytes; the messages do not say of what.
ModelFile examine(std::istream& file, std::uintmax_t size);

}  // namespace repartee::models
