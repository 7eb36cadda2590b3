// Who has the floor when both speak. Pure: facts and times in, a reaction out.
//
//     what is heard while a reply is made or still plays        what becomes of the reply
//     ------------------------------------------------------   ---------------------------------
//     voice begins, also after a pause                          is held: nothing more leaves
//     voice goes on that had begun before the reply             likewise, from the beginning
//     a partial that is no acknowledgment, and cannot become one   is interrupted
//     voice goes on for `sustained`, and no acknowledgment so far  is interrupted
//     an acknowledgment that goes on for `longest_acknowledgment`  is interrupted
//     voice ends before that                                    goes on, at the start of a word
//     a final transcript, other than an acknowledgment          is interrupted
//     an acknowledgment as final transcript                     goes on
//
// For `hold_off` after an interruption no voice that begins holds anything: it is the rest of what
// interrupted.
#pragma once

#include "base/clock.h"

#include <optional>
#include <string_view>

namespace repartee::conversation {

struct BargeInSettings {
    // As long as a short word; coughs and clicks are shorter.
    Duration sustained = 250ms;
    // "Okay, okay, right": past this it is somebody who wants to speak.
    Duration longest_acknowledgment = 1500ms;
    Duration hold_off = 1000ms;
};

enum class Reaction { None, Hold, Resume, Interrupt };

class BargeIn {
public:
    explicit BargeIn(const BargeInSettings& settings) : settings_(settings) {}

    // A reply is about to be made.
    Reaction reply_began(TimePoint now);
    // Voice that goes on, whether or not anybody replies. True when none was told for so long that the
    // microphone must have been off: it is speech that begins.
    bool begins_anew(TimePoint now);

    // Each tells whether a reply is being made or may still be playing at the client.
    Reaction speech_began(bool replying, TimePoint now);
    Reaction speech_goes_on(bool replying, TimePoint now);
    Reaction partial(bool replying, std::string_view text, TimePoint now);
    Reaction speech_ended(bool replying);
    Reaction final_text(bool replying, std::string_view text, TimePoint now);

    // A reply waits for what becomes of the voice: without that, speech_goes_on changes nothing.
    bool holding() const { return holding_; }

private:
    Reaction interrupt(TimePoint now);

    BargeInSettings settings_;
    std::optional<TimePoint> began_;  // of the speech that is going on
    TimePoint voice_at_{};            // the last of it
    bool acknowledging_ = false;      // as far as its words are known
    bool holding_ = false;
    std::optional<TimePoint> interrupted_at_;
};

}  // namespace repartee::conversation
