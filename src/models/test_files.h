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
