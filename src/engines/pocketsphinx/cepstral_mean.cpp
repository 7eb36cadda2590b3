#include "engines/pocketsphinx/cepstral_mean.h"

#include <algorithm>

namespace repartee::engines::pocketsphinx {

void CepstralMean::learn(std::span<const float, dimensions> frame) {
    frames_ = std::min(frames_ + 1, memory);
    for (std::size_t i = 0; i < dimensions; ++i) {
        mean_[i] += (frame[i] - mean_[i]) / frames_;
    }
}

CepstralMean::Vector CepstralMean::value() const {
    return mean_;
}

}  // namespace repartee::engines::pocketsphinx
