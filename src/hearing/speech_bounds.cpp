#include "hearing/speech_bounds.h"

#include <utility>

namespace repartee::hearing {

namespace {

// Between two words of a breath, and longer than any within a word.
constexpr std::chrono::milliseconds shortest_gap{80};

}  // namespace

std::chrono::milliseconds SpeechBounds::sufficient_silence() const {
    if (length_ <= settings_.tiring || settings_.end_silence <= shortest_gap) {
        return settings_.end_silence;
    }
    auto left = settings_.longest - length_;
    return shortest_gap + (settings_.end_silence - shortest_gap) * left.count() /
                              (settings_.longest - settings_.tiring).count();
}

SpeechBounds::Change SpeechBounds::push(bool voice, std::chrono::milliseconds frame) {
    if (!open_) {
        if (!voice) {
            return Change::None;
        }
        open_ = true;
        paused_ = false;
        voice_ = length_ = frame;
        silence_ = {};
        return Change::Began;
    }
    length_ += frame;
    if (length_ >= settings_.longest) {
        open_ = false;
        cut_off_ = voice || silence_ < shortest_gap;
        return Change::Ended;
    }
    if (voice) {
        voice_ += frame;
        silence_ = {};
        return std::exchange(paused_, false) ? Change::Resumed : Change::GoesOn;
    }
    silence_ += frame;
    if (silence_ >= sufficient_silence()) {
        open_ = false;
        cut_off_ = false;
        return voice_ < settings_.least_voice ? Change::Dropped : Change::Ended;
    }
    if (!paused_ && silence_ >= settings_.pause) {
        paused_ = true;
        return Change::Paused;
    }
    return Change::None;
}

}  // namespace repartee::hearing
