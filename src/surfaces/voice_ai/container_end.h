// How long a recording is, where it says so itself. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace repartee::surfaces::voice_ai {

// Bytes of the whole file that begins so; nothing as long as nobody knows: it is a stream, or of another
// kind, or there is too little of it yet.
std::optional<std::size_t> length_of_recording(std::span<const std::byte> head);

// So much of a file `length_of_recording` has to see at most.
inline constexpr std::size_t most_of_a_head = 256;

}  // namespace repartee::surfaces::voice_ai
