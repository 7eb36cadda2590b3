#include "conversation/barge_in.h"

#include "conversation/acknowledgments.h"

#include <utility>

namespace repartee::conversation {

namespace {

// Frames of voice come each 20 ms, over a network in heaps.
constexpr Duration longest_gap = 1s;

}  // namespace

Reaction BargeIn::reply_began(TimePoint now) {
    holding_ = began_ && now - voice_at_ <= longest_gap;
    return holding_ ? Reaction::Hold : Reaction::None;
}

bool BargeIn::begins_anew(TimePoint now) {
    auto before = std::exchange(voice_at_, now);
    return began_ && now - before > longest_gap;
}

Reaction BargeIn::speech_began(bool replying, TimePoint now) {
    began_ = voice_at_ = now;
    bool too_soon = interrupted_at_ && now - *interrupted_at_ < settings_.hold_off;
    if (!replying || too_soon) {
        return Reaction::None;
    }
    holding_ = true;
    return Reaction::Hold;
}

Reaction BargeIn::speech_goes_on(bool replying, TimePoint now) {
    if (!replying || !holding_ || !began_) {
        return Reaction::None;
    }
    auto limit = acknowledging_ ? settings_.longest_acknowledgment : settings_.sustained;
    return now - *began_ >= limit ? interrupt(now) : Reaction::None;
}

Reaction BargeIn::partial(bool replying, std::string_view text, TimePoint now) {
    if (text.empty()) {
        return Reaction::None;
    }
    acknowledging_ = may_become_acknowledgment(text);
    return replying && holding_ && !acknowledging_ ? interrupt(now) : Reaction::None;
}

Reaction BargeIn::speech_ended(bool replying) {
    began_.reset();
    bool held = std::exchange(holding_, false);
    return held && replying ? Reaction::Resume : Reaction::None;
}

Reaction BargeIn::final_text(bool replying, std::string_view text, TimePoint now) {
    // What has begun since is another utterance, and is still waited for.
    bool speaks_again = began_.has_value();
    acknowledging_ = acknowledging_ && speaks_again;
    if (!replying) {
        holding_ = false;
        return Reaction::None;
    }
    if (!text.empty() && !is_acknowledgment(text)) {
        return interrupt(now);
    }
    if (speaks_again) {
        return Reaction::None;
    }
    return std::exchange(holding_, false) ? Reaction::Resume : Reaction::None;
}

Reaction BargeIn::interrupt(TimePoint now) {
    holding_ = false;
    interrupted_at_ = now;
    return Reaction::Interrupt;
}

}  // namespace repartee::conversation
