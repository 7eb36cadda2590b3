// One microphone, or one recording, listened to by loudness and by Silero together. On one strand.
//
// Who is silent costs no connection: it is made when it becomes loud for the first time, and let go when
// nobody has spoken for a while.
#pragma once

#include "engines/detector.h"
#include "engines/silero/loudness_gate.h"
#include "engines/silero/probability_feed.h"
#include "engines/silero/voice_decision.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace repartee::engines::silero {

class SileroStream final : public DetectorStream {
public:
    // A connection to the worker; nothing where there is none to be had.
    using Connect = std::function<std::unique_ptr<ProbabilityFeed>()>;

    SileroStream(std::unique_ptr<DetectorStream> loudness, const VoiceDecision& decision, Connect connect)
        : loudness_(std::move(loudness)), decision_(decision), connect_(std::move(connect)) {}

    Activity push(std::span<const audio::Sample> frame) override;
    awaitable<std::vector<Activity>> judge(std::span<const audio::Sample> sound) override;

    // Sound from before the first loud frame that the network hears: it has to get into a voice.
    static constexpr std::chrono::milliseconds run_up{200};
    // How long a connection is kept while nobody speaks.
    static constexpr std::chrono::milliseconds kept{10'000};

private:
    // A frame, and what has been asked about it.
    struct Question {
        Activity activity;  // as loudness has it
        LoudnessGate::Step step;
        std::chrono::milliseconds length;
        std::size_t windows;  // of the feed, that were full at the frame's end
    };
    Question ask(std::span<const audio::Sample> frame);
    Activity answer(const Question& question, std::optional<float> probability);
    std::optional<float> news();
    awaitable<void> settle(std::vector<Question>& questions, std::vector<Activity>& answers);

    void open();
    void remember(std::span<const audio::Sample> frame);
    bool network_is_there() const { return feed_ && !feed_->failed(); }

    std::unique_ptr<DetectorStream> loudness_;
    LoudnessGate gate_;
    VoiceDecision decision_;
    Connect connect_;
    std::unique_ptr<ProbabilityFeed> feed_;  // while somebody speaks, and a while longer
    std::size_t first_window_ = 0;           // of this opening of the gate
    std::size_t answers_seen_ = 0;           // as of the last frame
    std::vector<audio::Sample> before_;      // the run-up
    std::chrono::milliseconds shut_{0};
};

}  // namespace repartee::engines::silero
