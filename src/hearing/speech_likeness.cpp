#include "hearing/speech_likeness.h"

#include "audio/level.h"

#include <algorithm>
#include <numeric>

namespace repartee::hearing {

namespace {

constexpr std::size_t half_rate = audio::speech_rate / 2;
// Voices, from a deep man's to a child's.
constexpr std::size_t shortest_period = half_rate / 400;
constexpr std::size_t longest_period = half_rate / 70;
// How alike two periods of a vowel are, at least; those of noise are alike by chance, up to about 0.3.
constexpr float least_alike = 0.6f;

// Half the rate, without its mean: enough for a pitch, at a quarter of the work.
std::vector<float> halved(std::span<const audio::Sample> frame) {
    std::vector<float> half;
    half.reserve(frame.size() / 2);
    for (std::size_t i = 0; i + 1 < frame.size(); i += 2) {
        half.push_back(0.5f * static_cast<float>(frame[i] + frame[i + 1]));
    }
    float mean =
        half.empty() ? 0 : std::accumulate(half.begin(), half.end(), 0.0f) / static_cast<float>(half.size());
    for (auto& sample : half) {
        sample -= mean;
    }
    return half;
}

// The best likeness of the sound to itself a period later, 0 to 1.
float periodicity(std::span<const float> sound) {
    float best = 0;
    for (std::size_t period = shortest_period; period <= longest_period && period < sound.size() / 2;
         ++period) {
        auto now = sound.first(sound.size() - period);
        auto later = sound.subspan(period);
        float product = 0;
        float energy_now = 0;
        float energy_later = 0;
        for (std::size_t i = 0; i < now.size(); ++i) {
            product += now[i] * later[i];
            energy_now += now[i] * now[i];
            energy_later += later[i] * later[i];
        }
        float energy = std::sqrt(energy_now * energy_later);
        if (energy > 0) {
            best = std::max(best, product / energy);
        }
    }
    return best;
}

}  // namespace

void SpeechLikeness::push(std::span<const audio::Sample> frame, bool voice) {
    auto half = halved(frame);
    if (voice) {
        auto level = static_cast<int>(std::lround(-audio::decibels(audio::rms(frame))));
        ++levels_[static_cast<std::size_t>(std::clamp(level, 0, static_cast<int>(levels_.size()) - 1))];
        ++frames_;
        if (periodic_ < least_periodic) {
            auto both = before_;
            both.insert(both.end(), half.begin(), half.end());
            periodic_ += periodicity(both) >= least_alike ? 1 : 0;
        }
    }
    before_ = std::move(half);
}

float SpeechLikeness::liveliness_db() const {
    // Levels count downwards: the loud tenth comes first.
    const auto level_at = [&](int rank) {
        int seen = 0;
        for (std::size_t level = 0; level < levels_.size(); ++level) {
            seen += levels_[level];
            if (seen > rank) {
                return static_cast<float>(level);
            }
        }
        return static_cast<float>(levels_.size());
    };
    return frames_ == 0 ? 0 : level_at(frames_ - 1 - frames_ / 10) - level_at(frames_ / 10);
}

bool SpeechLikeness::sounds_like_speech() const {
    return periodic_ >= least_periodic && liveliness_db() >= least_liveliness_db;
}

}  // namespace repartee::hearing
