// From the sound card's thread to ours, without a lock and without memory being taken: one writes, one reads.
//
// What does not fit is lost and counted. Both sides may be in any thread, each in one.
#pragma once

#include "audio/pcm.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace repartee::devices::portaudio {

class SampleRing {
public:
    // `capacity` samples, all channels counted.
    explicit SampleRing(std::size_t capacity) : samples_(capacity) {}

    // --- the writing side; real-time safe ---

    // All of it, or nothing of it where there is no room: half a frame would mix up the channels.
    void write(std::span<const audio::Sample> samples) noexcept {
        auto written = written_.load(std::memory_order_relaxed);
        auto used = static_cast<std::size_t>(written - read_.load(std::memory_order_acquire));
        if (samples.size() > samples_.size() - used) {
            lost_.fetch_add(samples.size(), std::memory_order_relaxed);
            return;
        }
        auto at = static_cast<std::size_t>(written % samples_.size());
        auto first = samples.first(std::min(samples.size(), samples_.size() - at));
        std::ranges::copy(first, samples_.begin() + static_cast<std::ptrdiff_t>(at));
        std::ranges::copy(samples.subspan(first.size()), samples_.begin());
        written_.store(written + samples.size(), std::memory_order_release);
    }
    // Lost before it came here; the sound card says so without saying how much.
    void note_overrun() noexcept { overruns_.fetch_add(1, std::memory_order_relaxed); }

    // --- the reading side ---

    // Appends what there is.
    void read(std::vector<audio::Sample>& output) {
        auto read = read_.load(std::memory_order_relaxed);
        auto count = static_cast<std::size_t>(written_.load(std::memory_order_acquire) - read);
        auto at = static_cast<std::size_t>(read % samples_.size());
        auto first = std::min(count, samples_.size() - at);
        auto begin = samples_.begin() + static_cast<std::ptrdiff_t>(at);
        output.insert(output.end(), begin, begin + static_cast<std::ptrdiff_t>(first));
        output.insert(output.end(), samples_.begin(),
                      samples_.begin() + static_cast<std::ptrdiff_t>(count - first));
        read_.store(read + count, std::memory_order_release);
    }
    // Since it was asked last.
    std::uint64_t take_lost() noexcept { return lost_.exchange(0, std::memory_order_relaxed); }
    std::uint64_t take_overruns() noexcept { return overruns_.exchange(0, std::memory_order_relaxed); }

private:
    std::vector<audio::Sample> samples_;
    alignas(64) std::atomic<std::uint64_t> written_{0};
    alignas(64) std::atomic<std::uint64_t> read_{0};
    std::atomic<std::uint64_t> lost_{0};
    std::atomic<std::uint64_t> overruns_{0};
};

}  // namespace repartee::devices::portaudio
