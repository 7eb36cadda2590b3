// What the network is asked about: most of what a microphone hears is nobody, and costs nothing. Pure.
#pragma once

#include <chrono>

namespace repartee::engines::silero {

class LoudnessGate {
public:
    enum class Step {
        Shut,    // nobody is asked about this frame
        Opens,   // what was heard just before it is sent, and it
        Open,    // it is sent
        Closes,  // no more is sent; what comes next has nothing to do with it
    };
    // For each frame: whether it is loud enough to be somebody.
    Step push(bool loud, std::chrono::milliseconds length) {
        if (!open_) {
            open_ = loud;
            quiet_ = {};
            return loud ? Step::Opens : Step::Shut;
        }
        quiet_ = loud ? std::chrono::milliseconds(0) : quiet_ + length;
        open_ = quiet_ <= linger;
        return open_ ? Step::Open : Step::Closes;
    }

    // After the last loud frame: quiet endings, and the closures within words.
    static constexpr std::chrono::milliseconds linger{400};

private:
    bool open_ = false;
    std::chrono::milliseconds quiet_{0};
};

}  // namespace repartee::engines::silero
