// Is somebody speaking? Asked for every frame of every stream.
#pragma once

#include "audio/pcm.h"
#include "engines/engine.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace repartee::engines {

struct Activity {
    bool speech = false;
    float level = 0;        // loudness of the frame: root mean square, 0 to 1
    float probability = 0;  // of speech, 0 to 1; engines without a measure say 0 or 1
};

struct DetectionRequest {
    // The probability from which on it is speech, for engines that know probabilities; nothing: their own.
    std::optional<float> threshold = {};
};

// On the strand that it was started for. `push` and `judge` do not take turns within one sound.
class DetectorStream {
public:
    virtual ~DetectorStream() = default;

    // A frame of what somebody's microphone hears now: 16 kHz mono, 8 to 100 ms. Never waits: a detector
    // that computes elsewhere goes by the latest it knows, which is some frames old.
    virtual Activity push(std::span<const audio::Sample> frame) = 0;

    // Sound that has been recorded, faster than it was spoken: of each whole frame of 20 ms in it. Waits for
    // what is computed elsewhere. What is computed here needs no waiting.
    virtual awaitable<std::vector<Activity>> judge(std::span<const audio::Sample> sound) {
        std::vector<Activity> activities;
        activities.reserve(sound.size() / judged_frame);
        for (; sound.size() >= judged_frame; sound = sound.subspan(judged_frame)) {
            activities.push_back(push(sound.first(judged_frame)));
        }
        co_return activities;
    }
    static constexpr std::size_t judged_frame = audio::speech_rate / 50;  // samples
};

class Detector : public Engine {
public:
    virtual std::unique_ptr<DetectorStream> start(const Executor& strand,
                                                  const DetectionRequest& request) = 0;
};

}  // namespace repartee::engines
