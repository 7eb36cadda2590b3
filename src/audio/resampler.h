// From one sample rate to another, while the sound arrives. Built on speexdsp.
//
// A value with an owner: one stream, one thread at a time.
#pragma once

#include "audio/pcm.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct SpeexResamplerState_;

namespace repartee::audio {

class Resampler {
public:
    // Throws Failure(Unsupported) for rates outside lowest_rate to highest_rate (wav.h).
    Resampler(int from_rate, int to_rate);

    // Appends what is certain to `output`, which is all that is ever allocated. The sound comes out
    // where it went in, not delayed; its last `latency` waits for what follows.
    void push(std::span<const Sample> samples, std::vector<Sample>& output);

    // The stream is over: appends what was waiting, so that the lengths agree to a sample. What is
    // pushed afterwards is a new stream.
    void flush(std::vector<Sample>& output);

    // 1.5 to 2.5 ms between the usual rates, nothing where there is nothing to do.
    std::chrono::microseconds latency() const;

private:
    struct Destroy {
        void operator()(SpeexResamplerState_* state) const;
    };

    void process(std::span<const Sample> samples, std::vector<Sample>& output);

    int from_rate_;
    int to_rate_;
    std::unique_ptr<SpeexResamplerState_, Destroy> state_;  // none: the rates are the same
    std::uint64_t taken_ = 0;                               // samples of this stream, so far
    std::uint64_t given_ = 0;
};

// A whole recording. Throws as the constructor does.
Pcm resample(Pcm pcm, int rate);

}  // namespace repartee::audio
