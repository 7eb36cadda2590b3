#include "hearing/speech_bounds.h"

#include <utility>

namespace repartee::hearing {

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
        return Change::Ended;
    }
    if (voice) {
        voice_ += frame;
        silence_ = {};
        return std::exchange(paused_, false) ? Change::Resumed : Change::GoesOn;
    }
    silence_ += frame;
    if (silence_ >= settings_.end_silence) {
        open_ = false;
        return voice_ < settings_.least_voice ? Change::Dropped : Change::Ended;
    }
    if (!paused_ && silence_ >= settings_.pause) {
        paused_ = true;
        return Change::Paused;
    }
    return Change::None;
}

}  // namespace repartee::hearing
