// Where speech begins and where an utterance ends, frame by frame. Pure.
#pragma once

#include <chrono>

namespace repartee::hearing {

struct BoundsSettings {
    // How long it may be silent within an utterance. Shorter answers sooner and cuts off those who think.
    std::chrono::milliseconds end_silence{700};
    // Silence after which somebody is taken to have stopped speaking for the moment.
    std::chrono::milliseconds pause{200};
    // An utterance with less voice than this is a noise.
    std::chrono::milliseconds least_voice{100};
    // Nobody says more in one breath; what follows is another utterance.
    std::chrono::milliseconds longest{30'000};
    // From this length on shorter and shorter silences are an end, so that a monologue is cut between two
    // words and not within one. As long as the longest: only end_silence is.
    std::chrono::milliseconds tiring{30'000};
};

class SpeechBounds {
public:
    explicit SpeechBounds(const BoundsSettings& settings) : settings_(settings) {}

    enum class Change {
        None,
        Began,    // this frame is the first of an utterance
        GoesOn,   // voice, in an utterance
        Paused,   // nobody speaks now; the utterance may go on
        Resumed,  // and does
        Ended,    // it is over
        Dropped,  // it was a noise
    };
    Change push(bool voice, std::chrono::milliseconds frame);

    // Silence at the end of the utterance so far.
    std::chrono::milliseconds silence() const { return silence_; }
    bool open() const { return open_; }
    // Of the utterance, or of the last one at its end.
    bool paused() const { return paused_; }
    // The last one was as long as can be, and its end is not where somebody stopped.
    bool cut_off() const { return cut_off_; }

private:
    std::chrono::milliseconds sufficient_silence() const;

    BoundsSettings settings_;
    bool open_ = false;
    bool paused_ = false;
    bool cut_off_ = false;
    std::chrono::milliseconds voice_{0};
    std::chrono::milliseconds silence_{0};
    std::chrono::milliseconds length_{0};
};

}  // namespace repartee::hearing
