#include "audio/resampler.h"

#include "audio/wav.h"
#include "base/error.h"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

namespace repartee::audio {
namespace {

// Of 0 to 10. Enough for recognisers and ears on speech; more costs latency and time.
constexpr int quality = 5;

bool is_taken(int rate) {
    return rate >= lowest_rate && rate <= highest_rate;
}

}  // namespace

void Resampler::Destroy::operator()(SpeexResamplerState_* state) const {
    speex_resampler_destroy(state);
}

Resampler::Resampler(int from_rate, int to_rate) : from_rate_(from_rate), to_rate_(to_rate) {
    if (!is_taken(from_rate) || !is_taken(to_rate)) {
        throw Failure(ErrorKind::Unsupported, "this sample rate is not supported",
                      std::to_string(from_rate) + " Hz to " + std::to_string(to_rate) + " Hz");
    }
    if (from_rate == to_rate) {
        return;
    }
    state_.reset(speex_resampler_init(1, static_cast<spx_uint32_t>(from_rate),
                                      static_cast<spx_uint32_t>(to_rate), quality, nullptr));
    if (!state_) {
        throw std::bad_alloc();
    }
    speex_resampler_skip_zeros(state_.get());
}

void Resampler::push(std::span<const Sample> samples, std::vector<Sample>& output) {
    if (!state_) {
        output.insert(output.end(), samples.begin(), samples.end());
        return;
    }
    taken_ += samples.size();
    process(samples, output);
}

void Resampler::flush(std::vector<Sample>& output) {
    if (!state_) {
        return;
    }
    const auto from = static_cast<std::uint64_t>(from_rate_);
    const std::uint64_t exact = (taken_ * static_cast<std::uint64_t>(to_rate_) + from / 2) / from;
    const std::uint64_t due = std::max(exact, given_);  // nothing is taken back
    constexpr std::array<Sample, 256> silence{};
    while (given_ < due) {
        process(silence, output);
    }
    output.resize(output.size() - static_cast<std::size_t>(given_ - due));
    speex_resampler_reset_mem(state_.get());
    speex_resampler_skip_zeros(state_.get());
    taken_ = given_ = 0;
}

void Resampler::process(std::span<const Sample> samples, std::vector<Sample>& output) {
    while (!samples.empty()) {
        // In steps, because the library counts in 32 bits.
        constexpr std::size_t longest_step = 1 << 16;
        const auto step = samples.first(std::min(samples.size(), longest_step));
        const auto room =
            step.size() * static_cast<std::size_t>(to_rate_) / static_cast<std::size_t>(from_rate_) + 2;
        const std::size_t before = output.size();
        output.resize(before + room);
        auto taken = static_cast<spx_uint32_t>(step.size());
        auto given = static_cast<spx_uint32_t>(room);
        speex_resampler_process_int(state_.get(), 0, step.data(), &taken, output.data() + before, &given);
        output.resize(before + given);
        given_ += given;
        samples = samples.subspan(taken);
    }
}

std::chrono::microseconds Resampler::latency() const {
    if (!state_) {
        return {};
    }
    const std::int64_t samples = speex_resampler_get_input_latency(state_.get());
    return std::chrono::microseconds(samples * 1'000'000 / from_rate_);
}

Pcm resample(Pcm pcm, int rate) {
    if (pcm.rate == rate) {
        return pcm;
    }
    Resampler resampler(pcm.rate, rate);
    Pcm result{.rate = rate, .samples = {}};
    resampler.push(pcm.samples, result.samples);
    resampler.flush(result.samples);
    return result;
}

}  // namespace repartee::audio
