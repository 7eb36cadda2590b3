#include "surfaces/voice_ai/container_end.h"

#include "audio/sniff.h"

#include <cstdint>

namespace repartee::surfaces::voice_ai {

namespace {

std::uint64_t byte_at(std::span<const std::byte> bytes, std::size_t at) {
    return std::to_integer<std::uint64_t>(bytes[at]);
}

// RIFF: four bytes behind the first four say how much follows. What is written while it is recorded says
// nothing, or everything.
std::optional<std::size_t> length_of_wav(std::span<const std::byte> head) {
    if (head[0] != std::byte{'R'} || head[3] != std::byte{'F'}) {
        return std::nullopt;  // RF64 says it elsewhere, RIFX the other way round
    }
    std::uint64_t rest =
        byte_at(head, 4) | byte_at(head, 5) << 8 | byte_at(head, 6) << 16 | byte_at(head, 7) << 24;
    constexpr std::uint64_t least = 36;  // a head without any sound
    if (rest <= least || rest >= 0x7FFF'FFFF) {
        return std::nullopt;
    }
    return rest + 8;
}

// A number of EBML: the first byte's leading zeros say how many bytes follow. Moves `at` behind it.
struct EbmlNumber {
    std::uint64_t value = 0;
    bool is_unknown = false;  // all ones: an element whose end nobody knows yet
};
std::optional<EbmlNumber> read_size(std::span<const std::byte> bytes, std::size_t& at) {
    if (at >= bytes.size() || byte_at(bytes, at) == 0) {
        return std::nullopt;
    }
    std::size_t more = 0;
    while ((byte_at(bytes, at) & (0x80U >> more)) == 0) {
        ++more;
    }
    if (bytes.size() - at <= more) {
        return std::nullopt;
    }
    EbmlNumber number{.value = byte_at(bytes, at) & (0x7FU >> more)};
    number.is_unknown = number.value == (0x7FU >> more);
    for (std::size_t i = 1; i <= more; ++i) {
        auto byte = byte_at(bytes, at + i);
        number.value = number.value << 8 | byte;
        number.is_unknown = number.is_unknown && byte == 0xFF;
    }
    at += more + 1;
    return number;
}

// WebM: a head, and one segment that has all the rest.
std::optional<std::size_t> length_of_webm(std::span<const std::byte> head) {
    std::size_t at = 4;
    auto preamble = read_size(head, at);
    if (!preamble || preamble->is_unknown || preamble->value > most_of_a_head ||
        head.size() < at + preamble->value + 4) {
        return std::nullopt;
    }
    at += preamble->value;
    constexpr std::uint64_t segment = 0x18538067;
    auto id = byte_at(head, at) << 24 | byte_at(head, at + 1) << 16 | byte_at(head, at + 2) << 8 |
              byte_at(head, at + 3);
    if (id != segment) {
        return std::nullopt;
    }
    at += 4;
    auto size = read_size(head, at);
    if (!size || size->is_unknown || size->value > 0x7FFF'FFFF) {
        return std::nullopt;
    }
    return at + size->value;
}

}  // namespace

std::optional<std::size_t> length_of_recording(std::span<const std::byte> head) {
    if (head.size() < audio::sniff_bytes) {
        return std::nullopt;
    }
    switch (audio::sniff(head)) {
        case audio::AudioFormat::Wav: return length_of_wav(head);
        case audio::AudioFormat::WebM: return length_of_webm(head);
        default: return std::nullopt;
    }
}

}  // namespace repartee::surfaces::voice_ai
