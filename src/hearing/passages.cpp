#include "hearing/passages.h"

#include <algorithm>

namespace repartee::hearing {

namespace {

constexpr std::chrono::milliseconds frame_length{20};

constexpr std::size_t frames_in(std::chrono::milliseconds time) {
    return static_cast<std::size_t>(time / frame_length);
}

}  // namespace

awaitable<void> Passages::push(std::span<const audio::Sample> samples) {
    samples_.insert(samples_.end(), samples.begin(), samples.end());
    auto unjudged = std::span(samples_).subspan(frames_.size() * frame_samples);
    auto activities = co_await detector_->judge(unjudged);
    for (const auto& activity : activities) {
        take(activity);
    }
}

void Passages::take(const engines::Activity& activity) {
    frames_.push_back({activity.speech, activity.level});
    auto now = frames_.size() - 1;
    if (activity.speech) {
        first_speech_ = first_speech_.value_or(now);
        last_speech_ = now;
    }
    if (!first_speech_) {
        if (frames_.size() > 2 * frames_in(margin)) {
            forget(frames_.size() - frames_in(margin));
        }
    } else if (now - last_speech_ >= frames_in(pause)) {
        cut(last_speech_ + 1 + frames_in(margin));
    } else if (now - *first_speech_ >= frames_in(longest)) {
        cut(quietest_frame());
    }
}

void Passages::finish() {
    if (first_speech_) {
        cut(frames_.size());
    }
}

std::optional<Passage> Passages::next() {
    if (complete_.empty()) {
        return std::nullopt;
    }
    auto passage = std::move(complete_.front());
    complete_.pop_front();
    return passage;
}

void Passages::cut(std::size_t end) {
    auto begin = *first_speech_ - std::min(*first_speech_, frames_in(margin));
    auto at = [&](std::size_t index) {
        return samples_.begin() + static_cast<std::ptrdiff_t>(index * frame_samples);
    };
    complete_.push_back({.start = frame_length * static_cast<std::int64_t>(forgotten_ + begin),
                         .samples = {at(begin), at(end)}});
    forget(end);
}

void Passages::forget(std::size_t count) {
    samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(count * frame_samples));
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(count));
    forgotten_ += count;
    auto speech = std::ranges::find(frames_, true, &Frame::speech);
    first_speech_.reset();
    if (speech != frames_.end()) {
        first_speech_ = static_cast<std::size_t>(speech - frames_.begin());
    }
    last_speech_ -= std::min(last_speech_, count);
}

// In the second half, so that passages do not get short.
std::size_t Passages::quietest_frame() const {
    auto middle = frames_.begin() + static_cast<std::ptrdiff_t>((*first_speech_ + frames_.size()) / 2);
    return static_cast<std::size_t>(std::ranges::min_element(middle, frames_.end(), {}, &Frame::level) -
                                    frames_.begin());
}

}  // namespace repartee::hearing
