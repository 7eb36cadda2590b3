// One stream's connection to the worker that computes Silero: sound goes out, and the probability of a voice
// in each window of it comes back when it comes. All calls on one strand; nothing waits but `caught_up`.
#pragma once

#include "audio/pcm.h"
#include "base/bell.h"
#include "base/clock.h"
#include "base/task.h"
#include "wyoming/errand.h"

#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace repartee::engines::silero {

class ProbabilityFeed {
public:
    // The errand is fresh.
    ProbabilityFeed(const Executor& strand, Clock& clock, std::unique_ptr<wyoming::Errand> errand);

    void push(std::span<const audio::Sample> samples);
    // What comes next has nothing to do with what came before.
    void forget();

    // Windows that have been filled since the beginning, and how many of them are answered.
    std::size_t asked() const { return talk_->asked; }
    std::size_t answered() const { return talk_->answered; }
    // Of one of the windows that are kept; nothing when it has not been answered.
    std::optional<float> probability(std::size_t window) const;
    // Those before `window` will not be asked about any more.
    void drop_before(std::size_t window);

    // For how long the oldest answer that is owed has been waited for.
    Duration waited() const;

    // The worker is gone, or has no place for us: no more answers will come.
    bool failed() const { return talk_->failed; }

    // Until everything is answered, or it has failed.
    awaitable<void> caught_up();

    static constexpr std::size_t window = 512;  // samples

private:
    // What the coroutine that reads touches, too: either may end first.
    struct Talk {
        std::unique_ptr<wyoming::Errand> errand;
        std::deque<float> probabilities;  // from window `dropped` on
        std::size_t dropped = 0;
        std::size_t answered = 0;
        std::size_t asked = 0;
        TimePoint owed_since{};  // where fewer are answered than asked
        bool failed = false;
        Bell news;
    };
    static awaitable<void> read(std::shared_ptr<Talk> talk, Clock& clock);

    Clock& clock_;
    std::size_t filled_ = 0;  // samples of the window that is not full yet
    std::shared_ptr<Talk> talk_;
    Task reading_;
};

}  // namespace repartee::engines::silero
