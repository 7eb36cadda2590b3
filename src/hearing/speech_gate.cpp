#include "hearing/speech_gate.h"

#include <algorithm>

namespace repartee::hearing {

void SpeechGate::push(std::span<const audio::Sample> samples) {
    while (!samples.empty()) {
        auto taken = std::min(samples.size(), frame_samples - filled_);
        std::ranges::copy(samples.first(taken), partial_.begin() + static_cast<std::ptrdiff_t>(filled_));
        filled_ += taken;
        samples = samples.subspan(taken);
        if (filled_ == frame_samples) {
            judge(partial_);
            filled_ = 0;
        }
    }
}

void SpeechGate::judge(std::span<const audio::Sample> frame) {
    length_ += frame_length;
    if (detector_->push(frame).speech) {
        voiced_ += frame_length;
    }
}

}  // namespace repartee::hearing
