// The account of what the user has heard of a reply. History holds this, not what was generated.
//
// Sound is put on the account when it leaves for the client, with the text it carries; the client
// plays it in order, in real time, from the moment the first of it arrived. Pure: time comes in.
#pragma once

#include "base/clock.h"

#include <deque>
#include <string>
#include <string_view>

namespace repartee::conversation {

class HeardText {
public:
    // `text_bytes` of the reply have been spoken once this sound is over.
    void sent(TimePoint when, Duration sound, std::size_t text_bytes);

    // How many bytes of the reply had been heard at `when`.
    std::size_t heard_bytes(TimePoint when) const;

    // Whether anything was sent.
    bool began() const { return !pieces_.empty(); }

    // When the last of what was sent stops sounding.
    TimePoint silent_at() const { return playing_until_; }

private:
    struct Piece {
        TimePoint over;  // when its last sample has been played
        std::size_t text_bytes;
    };
    std::deque<Piece> pieces_;
    TimePoint playing_until_{};
};

// The first `bytes` of a reply, cut back to whole words.
std::string heard_part(std::string_view reply, std::size_t bytes);

}  // namespace repartee::conversation
