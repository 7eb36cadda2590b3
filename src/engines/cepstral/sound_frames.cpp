#include "engines/cepstral/sound_frames.h"

#include <algorithm>
#include <cmath>
#include <kissfft/kiss_fftr.h>
#include <memory>
#include <numbers>

namespace repartee::engines::cepstral {

namespace {

constexpr std::size_t window = 400;           // samples: 25 ms, for the spectrum
constexpr std::size_t spectrum_length = 512;  // of its transform
constexpr std::size_t bands = 26;
constexpr double lowest_band = 100;    // Hz
constexpr double highest_band = 7000;  // what telephones call wideband ends there
constexpr float emphasis = 0.97F;

constexpr std::size_t pitch_window = 640;      // 40 ms: two periods of the lowest voice and more
constexpr std::size_t pitch_transform = 1024;  // holds the window and the longest lag
constexpr std::size_t shortest_lag = 40;       // samples: 400 Hz
constexpr std::size_t longest_lag = 266;       // 60 Hz
constexpr float voiced_from = 0.5F;            // of a perfect period

// The quietest part of the sound is taken to be the room.
constexpr double room_part = 0.1;
// So much of a band is left at least: what is below is the noise's own ups and downs.
constexpr float least_left = 0.1F;
// Voice is quieter than the loudest by this at most, and stands out of the room: by so much, or where the
// room is loud, as far as halfway to the loudest.
constexpr float quietest_voice = 30;  // dB
constexpr float out_of_the_room = 6;  // dB

class Transform {
public:
    explicit Transform(std::size_t length)
        : length_(length),
          plan_(kiss_fftr_alloc(static_cast<int>(length), 0, nullptr, nullptr), &kiss_fftr_free_plan),
          out_(length / 2 + 1) {}

    // The power of each of length / 2 + 1 frequencies; `samples` has the transform's length.
    void power_of(const std::vector<float>& samples, std::vector<float>& power) {
        kiss_fftr(plan_.get(), samples.data(), out_.data());
        power.resize(out_.size());
        for (std::size_t i = 0; i < out_.size(); ++i) {
            power[i] = out_[i].r * out_[i].r + out_[i].i * out_[i].i;
        }
    }
    // The autocorrelation whose power spectrum this is, up to `lags`.
    void autocorrelation_of(const std::vector<float>& power, std::vector<float>& correlation,
                            std::size_t lags) {
        // The spectrum is real and symmetric, so that its transform is its inverse transform, too.
        mirrored_.resize(length_);
        for (std::size_t i = 0; i < length_; ++i) {
            mirrored_[i] = power[std::min(i, length_ - i)];
        }
        kiss_fftr(plan_.get(), mirrored_.data(), out_.data());
        correlation.resize(lags);
        for (std::size_t i = 0; i < lags; ++i) {
            correlation[i] = out_[i].r;
        }
    }

private:
    static void kiss_fftr_free_plan(kiss_fftr_state* plan) { kiss_fftr_free(plan); }

    const std::size_t length_;
    std::unique_ptr<kiss_fftr_state, void (*)(kiss_fftr_state*)> plan_;
    std::vector<kiss_fft_cpx> out_;
    std::vector<float> mirrored_;
};

double mel(double hertz) {
    return 1127 * std::log(1 + hertz / 700);
}

double hertz(double mel) {
    return 700 * (std::exp(mel / 1127) - 1);
}

// Triangles that overlap by half, evenly over the mel scale.
struct Band {
    std::size_t first = 0;  // frequency
    std::vector<float> weights;
};

std::vector<Band> mel_bands() {
    auto edge = [](std::size_t index) {
        auto at = mel(lowest_band) + (mel(highest_band) - mel(lowest_band)) * static_cast<double>(index) /
                                         static_cast<double>(bands + 1);
        return hertz(at) * spectrum_length / audio::speech_rate;
    };
    std::vector<Band> all(bands);
    for (std::size_t band = 0; band < bands; ++band) {
        auto low = edge(band);
        auto middle = edge(band + 1);
        auto high = edge(band + 2);
        all[band].first = static_cast<std::size_t>(std::ceil(low));
        for (auto at = std::ceil(low); at < high; ++at) {
            auto weight = at < middle ? (at - low) / (middle - low) : (high - at) / (high - middle);
            all[band].weights.push_back(static_cast<float>(weight));
        }
    }
    return all;
}

std::vector<float> hamming(std::size_t length) {
    std::vector<float> weights(length);
    for (std::size_t i = 0; i < length; ++i) {
        weights[i] = static_cast<float>(0.54 - 0.46 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                                               static_cast<double>(length - 1)));
    }
    return weights;
}

using Bands = std::array<float, bands>;

// What is needed for one frame after the other.
class Analysis {
public:
    explicit Analysis(std::span<const audio::Sample> sound) : sound_(sound) {
        // A window's own autocorrelation is what a perfect period would have.
        load(std::vector<float>(pitch_window, 1), pitch_weights_, pitch_samples_);
        for_pitch_.power_of(pitch_samples_, power_);
        for_pitch_.autocorrelation_of(power_, perfect_, longest_lag + 2);
    }

    Bands bands_at(std::size_t begin) {
        samples_.assign(spectrum_length, 0);
        for (std::size_t i = 0; i < window; ++i) {
            auto now = static_cast<float>(sound_[begin + i]);
            auto before = begin + i > 0 ? static_cast<float>(sound_[begin + i - 1]) : now;
            samples_[i] = (now - emphasis * before) * weights_[i] / 32768;
        }
        for_spectrum_.power_of(samples_, power_);
        Bands result{};
        for (std::size_t band = 0; band < bands; ++band) {
            for (std::size_t i = 0; i < shapes_[band].weights.size(); ++i) {
                result[band] += shapes_[band].weights[i] * power_[shapes_[band].first + i];
            }
        }
        return result;
    }

    // Octaves above 100 Hz, and whether there is a pitch at all.
    std::pair<float, bool> pitch_around(std::size_t middle) {
        auto begin = middle - std::min(middle, pitch_window / 2);
        begin = std::min(begin, sound_.size() - std::min(sound_.size(), pitch_window));
        std::vector<float> part(pitch_window, 0);
        double mean = 0;
        auto count = std::min(pitch_window, sound_.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            part[i] = static_cast<float>(sound_[begin + i]) / 32768;
            mean += part[i];
        }
        for (auto& sample : part) {
            sample -= static_cast<float>(mean / static_cast<double>(pitch_window));
        }
        load(part, pitch_weights_, pitch_samples_);
        for_pitch_.power_of(pitch_samples_, power_);
        for_pitch_.autocorrelation_of(power_, correlation_, longest_lag + 2);
        if (correlation_[0] <= 0) {
            return {0, false};
        }
        auto strength = [&](std::size_t lag) {
            return correlation_[lag] / correlation_[0] * perfect_[0] / perfect_[lag];
        };
        std::size_t best = 0;
        float most = 0;
        for (auto lag = shortest_lag; lag <= longest_lag; ++lag) {
            auto now = strength(lag);
            // Two periods are a period, too: the shorter lag is preferred, by a hundredth for each octave.
            auto worth = now - 0.01F * std::log2(static_cast<float>(lag));
            if (now > strength(lag - 1) && now >= strength(lag + 1) && worth > most) {
                most = worth;
                best = lag;
            }
        }
        if (best == 0 || strength(best) < voiced_from) {
            return {0, false};
        }
        return {std::log2(static_cast<float>(audio::speech_rate) / static_cast<float>(best) / 100), true};
    }

private:
    static void load(const std::vector<float>& part, const std::vector<float>& weights,
                     std::vector<float>& samples) {
        samples.assign(pitch_transform, 0);
        for (std::size_t i = 0; i < part.size(); ++i) {
            samples[i] = part[i] * weights[i];
        }
    }

    std::span<const audio::Sample> sound_;
    Transform for_spectrum_{spectrum_length};
    Transform for_pitch_{pitch_transform};
    const std::vector<Band> shapes_ = mel_bands();
    const std::vector<float> weights_ = hamming(window);
    const std::vector<float> pitch_weights_ = hamming(pitch_window);
    std::vector<float> perfect_;
    std::vector<float> samples_;
    std::vector<float> pitch_samples_;
    std::vector<float> power_;
    std::vector<float> correlation_;
};

float decibel(float power) {
    return 10 * std::log10(power + 1e-10F);
}

float level_of(const Bands& all) {
    float sum = 0;
    for (auto band : all) {
        sum += band;
    }
    return decibel(sum);
}

// The mean of the quietest frames.
Bands room_of(const std::vector<Bands>& all, const std::vector<float>& levels) {
    std::vector<std::size_t> order(all.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    auto count =
        std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(all.size()) * room_part));
    std::ranges::nth_element(order, order.begin() + static_cast<std::ptrdiff_t>(count - 1), {},
                             [&](std::size_t i) { return levels[i]; });
    Bands room{};
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t band = 0; band < bands; ++band) {
            room[band] += all[order[i]][band] / static_cast<float>(count);
        }
    }
    return room;
}

float part_of(std::vector<float> values, double part) {
    auto at = values.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * part);
    std::ranges::nth_element(values, at);
    return *at;
}

// The cosine transform of the bands' logarithms, without its first.
std::array<float, coefficients> cepstrum_of(const Bands& all, const Bands& room) {
    static const auto cosines = [] {
        std::array<std::array<float, bands>, coefficients> table{};
        for (std::size_t i = 0; i < coefficients; ++i) {
            for (std::size_t band = 0; band < bands; ++band) {
                table[i][band] = static_cast<float>(std::sqrt(2.0 / bands) *
                                                    std::cos(std::numbers::pi * static_cast<double>(i + 1) *
                                                             (static_cast<double>(band) + 0.5) / bands));
            }
        }
        return table;
    }();
    std::array<float, coefficients> result{};
    for (std::size_t band = 0; band < bands; ++band) {
        auto logarithm = std::log(std::max(all[band] - room[band], least_left * all[band]) + 1e-9F);
        for (std::size_t i = 0; i < coefficients; ++i) {
            result[i] += cosines[i][band] * logarithm;
        }
    }
    return result;
}

}  // namespace

SoundFrames frames_of(std::span<const audio::Sample> sound, const std::stop_token& stop) {
    SoundFrames result;
    if (sound.size() < pitch_window) {
        return result;
    }
    Analysis analysis(sound);
    std::vector<Bands> spectra;
    std::vector<float> levels;
    for (std::size_t begin = 0; begin + window <= sound.size() && !stop.stop_requested(); begin += step) {
        spectra.push_back(analysis.bands_at(begin));
        levels.push_back(level_of(spectra.back()));
    }
    if (spectra.empty()) {
        return result;
    }
    const auto room = room_of(spectra, levels);
    const auto loudest = part_of(levels, 0.95);
    const auto room_level = level_of(room);
    const auto threshold = std::max(loudest - quietest_voice,
                                    std::min(room_level + out_of_the_room, (loudest + room_level) / 2));
    result.loudness = loudest - room_level;
    result.frames.resize(spectra.size());
    for (std::size_t i = 0; i < spectra.size() && !stop.stop_requested(); ++i) {
        auto& frame = result.frames[i];
        frame.voice = levels[i] > threshold;
        if (frame.voice) {
            frame.cepstrum = cepstrum_of(spectra[i], room);
            std::tie(frame.pitch, frame.voiced) = analysis.pitch_around(i * step + window / 2);
        }
    }
    return result;
}

}  // namespace repartee::engines::cepstral
