#include "hearing/speech_gate.h"

namespace repartee::hearing {

awaitable<void> SpeechGate::push(std::span<const audio::Sample> samples) {
    unjudged_.insert(unjudged_.end(), samples.begin(), samples.end());
    auto activities = co_await detector_->judge(unjudged_);
    for (const auto& activity : activities) {
        length_ += frame_length;
        voiced_ += activity.speech ? frame_length : std::chrono::milliseconds(0);
    }
    auto judged = activities.size() * engines::DetectorStream::judged_frame;
    unjudged_.erase(unjudged_.begin(), unjudged_.begin() + static_cast<std::ptrdiff_t>(judged));
}

}  // namespace repartee::hearing
