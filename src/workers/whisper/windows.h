// Sound that is too long to be decoded at once, piece by piece. Pure.
#pragma once

#include <cstddef>
#include <span>

namespace repartee::workers::whisper {

// How many samples to decode first: all of them up to `longest`, else those up to the quietest tenth of a
// second within the last quarter of that, where least is lost.
std::size_t first_window(std::span<const float> sound, std::size_t longest);

}  // namespace repartee::workers::whisper
