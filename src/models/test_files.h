// Model files of the smallest kind, for tests: right in every number, with nothing sensible in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace repartee::models {

// Bytes as these formats have them.
class Bytes {
public:
    Bytes& u32(std::uint32_t number) { return raw(&number, sizeof number); }
    Bytes& u64(std::uint64_t number) { return raw(&number, sizeof number); }
    Bytes& text(std::string_view text) {
        all_ += text;
        return *this;
    }
    Bytes& zeros(std::size_t count) {
        all_.append(count, '\0');
        return *this;
    }
    // With its length before it, as GGUF has it.
    Bytes& gguf_text(std::string_view text) { return u64(text.size()).text(text); }
    // One piece of ggml weights, all zero.
    Bytes& f32_weights(std::string_view name, std::uint32_t values) {
        return u32(1)
            .u32(static_cast<std::uint32_t>(name.size()))
            .u32(0)
            .u32(values)
            .text(name)
            .zeros(std::size_t{values} * 4);
    }

    const std::string& all() const { return all_; }

private:
    Bytes& raw(const void* number, std::size_t size) {
        all_.append(static_cast<const char*>(number), size);
        return *this;
    }

    std::string all_;
};

inline constexpr std::uint32_t ggml_magic_number = 0x67676d6c;

// One layer on each side.
inline std::string whisper_file(std::uint32_t vocabulary = 51865) {
    constexpr int tensors = 11 + 15 + 24;
    Bytes bytes;
    bytes.u32(ggml_magic_number).u32(vocabulary).u32(1500).u32(64).u32(1).u32(1);
    bytes.u32(448).u32(64).u32(1).u32(1).u32(80).u32(0);
    bytes.u32(80).u32(201).zeros(std::size_t{80} * 201 * 4);
    bytes.u32(3).u32(3).text("yes").u32(0).u32(1).text(" ");
    for (int i = 0; i < tensors; ++i) {
        bytes.f32_weights("tensor", 4);
    }
    return bytes.all();
}

// What the header of a Parakeet model says, for tests that spoil it.
struct ParakeetNumbers {
    std::uint32_t width = 64;
    std::uint32_t heads = 2;
    std::uint32_t bands = 128;
    std::uint32_t kind = 0;
    std::uint32_t transform = 512;
    std::uint32_t together = 8;
    std::uint32_t taps = 9;
    std::uint32_t bands_of_filters = 128;
    std::uint32_t frequencies = 257;
    std::uint32_t window = 400;
    std::uint32_t longest_duration = 4;
    std::uint32_t words = 1024;
};

// One layer of the encoder, two of the predictor.
inline std::string parakeet_file(std::uint32_t vocabulary = 1024, const ParakeetNumbers& numbers = {}) {
    constexpr int tensors = 19 + 29 + 2 * 3;
    Bytes bytes;
    bytes.u32(ggml_magic_number).u32(vocabulary).u32(5000).u32(numbers.width).u32(numbers.heads).u32(1);
    bytes.u32(numbers.bands).u32(numbers.kind).u32(numbers.transform).u32(numbers.together).u32(8);
    bytes.u32(numbers.taps).u32(32).u32(2).u32(2).u32(10);
    bytes.u32(numbers.bands_of_filters).u32(numbers.frequencies);
    bytes.zeros(std::size_t{numbers.bands_of_filters} * numbers.frequencies * 4);
    bytes.u32(numbers.window).zeros(std::size_t{numbers.window} * 4);
    bytes.u32(0).u32(numbers.longest_duration);
    bytes.u32(numbers.words);
    for (std::uint32_t i = 0; i < numbers.words; ++i) {
        bytes.u32(2).text("un");
    }
    for (int i = 0; i < tensors; ++i) {
        bytes.f32_weights("tensor", 4);
    }
    return bytes.all();
}

inline std::string gguf_file() {
    Bytes bytes;
    bytes.text("GGUF").u32(3).u64(1).u64(3);
    bytes.gguf_text("general.architecture").u32(8).gguf_text("llama");
    bytes.gguf_text("llama.block_count").u32(4).u32(2);
    bytes.gguf_text("tokenizer.ggml.tokens").u32(9).u32(8).u64(2).gguf_text("a").gguf_text("b");
    bytes.gguf_text("token_embd.weight").u32(2).u64(32).u64(2).u32(8).u64(0);
    bytes.zeros((32 - bytes.all().size() % 32) % 32).zeros(68);
    return bytes.all();
}

}  // namespace repartee::models
