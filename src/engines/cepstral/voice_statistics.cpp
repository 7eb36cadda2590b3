#include "engines/cepstral/voice_statistics.h"

#include "engines/cepstral/voice_axes.h"

#include <algorithm>
#include <cmath>

namespace repartee::engines::cepstral {

namespace {

constexpr std::size_t fewest_frames = 20;  // 0.2 s of voice

// Where too little is voiced to know the pitch: the middle of all people.
constexpr std::size_t fewest_voiced = 5;
constexpr float usual_pitch = 0.6F;  // octaves above 100 Hz
constexpr float usual_range = 0.3F;  // octaves

// How far, in octaves, the pitch of one person is from what it was a while before, with what counts for 1.
// Letters that are read out, which the axes are fitted on, are sung to anything: it is more there than in
// sentences.
constexpr float pitch_of_one = 0.1F;

// The squared distance at which as many pairs of one person lie farther apart as of two persons lie nearer:
// for prints of one second and more, in a quiet room. Measured; see README.md.
constexpr float for_long_ones = 24;
constexpr float for_a_second = 31;  // more, the shorter they are

float quantile_of(std::vector<float>& values, double part) {
    auto at = values.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * part);
    std::ranges::nth_element(values, at);
    return *at;
}

}  // namespace

std::optional<VoiceStatistics> statistics_of(std::span<const SoundFrame> frames) {
    std::array<double, coefficients> sums{};
    std::vector<float> pitches;
    std::size_t count = 0;
    for (const auto& frame : frames) {
        if (!frame.voice) {
            continue;
        }
        ++count;
        for (std::size_t i = 0; i < coefficients; ++i) {
            sums[i] += frame.cepstrum[i];
        }
        if (frame.voiced) {
            pitches.push_back(frame.pitch);
        }
    }
    if (count < fewest_frames) {
        return std::nullopt;
    }
    VoiceStatistics result{};
    for (std::size_t i = 0; i < coefficients; ++i) {
        result[i] = static_cast<float>(sums[i] / static_cast<double>(count));
    }
    bool has_pitch = pitches.size() >= fewest_voiced;
    result[coefficients] = has_pitch ? quantile_of(pitches, 0.5) : usual_pitch;
    result[coefficients + 1] =
        has_pitch ? quantile_of(pitches, 0.8) - quantile_of(pitches, 0.2) : usual_range;
    return result;
}

Voiceprint print_of(std::span<const SoundFrame> frames, float loudness) {
    Voiceprint print;
    auto voice = std::ranges::count(frames, true, &SoundFrame::voice);
    print.voice = std::chrono::milliseconds(10 * voice);
    auto numbers = statistics_of(frames);
    if (!numbers) {
        return print;
    }
    print.vector.assign(axes, 0);
    for (std::size_t i = 0; i < statistics; ++i) {
        for (std::size_t axis = 0; axis < axes; ++axis) {
            print.vector[axis] += ((*numbers)[i] - usual_voice[i]) * voice_axes[i][axis];
        }
    }
    print.vector.push_back(((*numbers)[coefficients] - usual_pitch) / pitch_of_one);
    auto seconds = static_cast<float>(voice) / 100;
    auto between = (for_long_ones + for_a_second / std::max(seconds, 0.2F)) * distances_in_noise(loudness);
    print.spread = between / 2 / apart_from;
    return print;
}

float distances_in_noise(float loudness) {
    return std::clamp(0.35F + 0.023F * loudness, 0.4F, 1.0F);
}

}  // namespace repartee::engines::cepstral
