#include "workers/whisper/windows.h"

#include "audio/pcm.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace repartee::workers::whisper {

std::size_t first_window(std::span<const float> sound, std::size_t longest) {
    constexpr std::size_t pause = audio::speech_rate / 10;
    if (sound.size() <= longest) {
        return sound.size();
    }
    auto cut = longest;
    auto quietest = std::numeric_limits<float>::max();
    for (auto at = longest - longest / 4; at + pause <= longest; at += pause) {
        auto part = sound.subspan(at, pause);
        auto energy = std::inner_product(part.begin(), part.end(), part.begin(), 0.0F);
        if (energy < quietest) {
            quietest = energy;
            cut = at + pause / 2;
        }
    }
    return cut;
}

}  // namespace repartee::workers::whisper
