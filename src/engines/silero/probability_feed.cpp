#include "engines/silero/probability_feed.h"

#include "base/error.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace repartee::engines::silero {

namespace {

using repartee::wyoming::Errand;

}  // namespace

ProbabilityFeed::ProbabilityFeed(const Executor& strand, Clock& clock, std::unique_ptr<Errand> errand)
    : clock_(clock), talk_(std::make_shared<Talk>()) {
    talk_->errand = std::move(errand);
    talk_->errand->send({.type = "detect-speech"});
    reading_ = Task(strand, read(talk_, clock));
}

// What has failed owes the answers all the same: so nobody takes its last one for one about this sound.
void ProbabilityFeed::push(std::span<const audio::Sample> samples) {
    bool owed = talk_->answered < talk_->asked;
    filled_ += samples.size();
    talk_->asked += filled_ / window;
    filled_ %= window;
    if (!owed && talk_->answered < talk_->asked) {
        talk_->owed_since = clock_.now();
    }
    if (talk_->failed || samples.empty()) {
        return;
    }
    std::string bytes(samples.size_bytes(), '\0');
    std::memcpy(bytes.data(), samples.data(), bytes.size());
    talk_->errand->send(
        {.type = "audio-chunk",
         .data = {{"rate", audio::speech_rate}, {"width", sizeof(audio::Sample)}, {"channels", 1}},
         .payload = std::move(bytes)});
    talk_->errand->expect_answers(talk_->answered < talk_->asked);
}

void ProbabilityFeed::forget() {
    filled_ = 0;
    if (!talk_->failed) {
        talk_->errand->send({.type = "audio-stop"});
    }
}

Duration ProbabilityFeed::waited() const {
    return talk_->answered < talk_->asked ? clock_.now() - talk_->owed_since : Duration(0);
}

std::optional<float> ProbabilityFeed::probability(std::size_t window) const {
    if (window < talk_->dropped || window >= talk_->answered) {
        return std::nullopt;
    }
    return talk_->probabilities[window - talk_->dropped];
}

void ProbabilityFeed::drop_before(std::size_t window) {
    for (; talk_->dropped < std::min(window, talk_->answered); ++talk_->dropped) {
        talk_->probabilities.pop_front();
    }
}

awaitable<void> ProbabilityFeed::caught_up() {
    while (!talk_->failed && talk_->answered < talk_->asked) {
        co_await talk_->news.wait();
    }
}

// Owns all it touches.
awaitable<void> ProbabilityFeed::read(std::shared_ptr<Talk> talk, Clock& clock) {
    try {
        while (auto event = co_await talk->errand->next()) {
            auto probability = event->real("probability");
            if (event->type != "speech-probability" || !probability || talk->answered == talk->asked) {
                continue;
            }
            talk->probabilities.push_back(std::clamp(static_cast<float>(*probability), 0.0F, 1.0F));
            ++talk->answered;
            talk->owed_since = clock.now();
            talk->errand->expect_answers(talk->answered < talk->asked);
            talk->news.ring();
        }
    } catch (const Failure&) {
        // Loudness decides from here on; the worker's own supervision tells why.
    }
    talk->failed = true;
    talk->errand.reset();  // its place at the worker is somebody else's
    talk->news.ring();
}

}  // namespace repartee::engines::silero
