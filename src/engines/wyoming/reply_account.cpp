#include "engines/wyoming/reply_account.h"

#include "audio/level.h"

#include <algorithm>
#include <utility>

namespace repartee::engines::wyoming {

void ReplyAccount::sentence(const std::string& text) {
    said_ += text.size();
    ends_.push_back(said_);
    if (narration_) {
        tell(*narration_, text);
    } else {
        unsounded_.push_back(text);
    }
}

bool ReplyAccount::take(const repartee::wyoming::Event& event) {
    std::vector<audio::Sample> samples;
    if (auto taken = reader_.read(event, samples); !taken) {
        throw Failure(ErrorKind::ProviderBroke, "The voice sends sound of a kind that is not taken here.",
                      taken.error().detail);
    }
    add(samples);
    return !samples.empty();
}

void ReplyAccount::spoken_until(std::size_t byte) {
    std::vector<audio::Sample> rest;
    reader_.flush(rest);
    add(rest);
    narration().spoken_until(byte);
    spoken_ = byte;
}

std::size_t ReplyAccount::sentences_open() const {
    return static_cast<std::size_t>(ends_.end() - std::ranges::upper_bound(ends_, spoken_));
}

std::optional<std::size_t> ReplyAccount::end_at_a_pause() const {
    auto now = supposed();
    auto distance = [&](std::size_t end) { return std::max(end, now) - std::min(end, now); };
    auto fits = [&](std::size_t end) {
        // Short ones say more about pauses than about speech.
        return distance(end) <= std::max<std::size_t>((end - spoken_) / 2, 12);
    };
    auto next = std::ranges::upper_bound(ends_, spoken_);
    if (next == ends_.end() || now <= spoken_) {
        return std::nullopt;
    }
    auto end = fits(*next) ? *next : *std::ranges::min_element(next, ends_.end(), {}, distance);
    return fits(end) ? std::optional(end) : std::nullopt;
}

void ReplyAccount::add(std::vector<audio::Sample>& samples) {
    if (!samples.empty()) {
        audio::amplify(samples, volume_);
        narration().sound(samples);
    }
}

Narration& ReplyAccount::narration() {
    if (!narration_) {
        if (reader_.rate() == 0) {
            // A moment of silence for what nobody can say is the first sound.
            reader_ = repartee::wyoming::SoundReader(audio::speech_rate);
        }
        narration_.emplace(reader_.rate());
        for (const auto& text : std::exchange(unsounded_, {})) {
            tell(*narration_, text);
        }
    }
    return *narration_;
}

void ReplyAccount::tell(Narration& narration, const std::string& text) const {
    if (ends_are_ == Ends::Told) {
        narration.text(text);
    } else {
        narration.more_text(text);
    }
}

}  // namespace repartee::engines::wyoming
