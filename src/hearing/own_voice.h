// Our own voice, come back through the room: the server knows the sound it sent, and when it is heard.
//
// The echo is late by an unknown time and quieter by an unknown amount, so nothing is subtracted: while
// we sound, and as long afterwards as an echo may take, only what is louder than an echo of it can be is
// somebody else. Pure: time comes in.
#pragma once

#include "audio/pcm.h"
#include "base/clock.h"

#include <span>
#include <vector>

namespace repartee::hearing {

class OwnVoice {
public:
    // This sound begins at the client at `when`. Mono, `rate` Hz.
    void sounds(TimePoint when, std::span<const audio::Sample> samples, int rate);

    // Nothing of what has not been heard by `when` will be.
    void silenced(TimePoint when);

    // Whether a frame as loud as `level` (root mean square, 0 to 1), heard at `when`, can be an echo.
    bool may_be_echo(float level, TimePoint when) const;

    // How much of our voice comes back at most: -10 dB. Phones and toys have -20 dB and less; a speaker
    // who is quieter than that is heard when we pause.
    static constexpr float coupling = 0.32F;
    // A network, two buffers and the room.
    static constexpr Duration latest = 500ms;

private:
    struct Piece {
        TimePoint from;
        TimePoint until;
        float level;  // root mean square
    };
    void forget(TimePoint now);

    std::vector<Piece> pieces_;  // of the last seconds, in order
};

}  // namespace repartee::hearing
