// speaker_features SNR FILE.wav...: what engines/cepstral knows of voices, as text, for fit_speakers.py. Of
// each file every whole 1.5 and 3 seconds of voice: the length in steps of 10 ms, and the statistics.
//
// SNR in dB: white noise, filtered a little, is added to a voice of always the same loudness; 0: none that
// could be heard.
#include "audio/wav.h"
#include "engines/cepstral/voice_statistics.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

namespace repartee {

namespace {

std::vector<audio::Sample> read(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto recording = audio::parse_wav(std::as_bytes(std::span(bytes)));
    return recording ? std::move(recording->samples) : std::vector<audio::Sample>();
}

// In a room: with silence around it.
std::vector<audio::Sample> in_room(const std::vector<audio::Sample>& voice, double noise_ratio,
                                   unsigned seed) {
    double power = 0;
    for (auto sample : voice) {
        power += static_cast<double>(sample) * sample;
    }
    constexpr double loudness = 2500;
    const auto gain = loudness / std::sqrt(power / static_cast<double>(voice.size()) + 1);
    const auto noise = noise_ratio > 0 ? loudness / std::pow(10, noise_ratio / 20) : 5;
    std::vector<audio::Sample> sound(4800, 0);
    sound.insert(sound.end(), voice.begin(), voice.end());
    sound.insert(sound.end(), 12800, 0);
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    double last = 0;
    for (auto& sample : sound) {
        last = 0.8 * last + 0.6 * normal(random);
        sample = static_cast<audio::Sample>(std::clamp(sample * gain + noise * last, -32768.0, 32767.0));
    }
    return sound;
}

void print_parts(const std::vector<engines::cepstral::SoundFrame>& voice, std::size_t length) {
    for (std::size_t begin = 0; begin + length <= voice.size(); begin += length) {
        auto numbers = engines::cepstral::statistics_of(std::span(voice).subspan(begin, length));
        std::printf("%zu", length);
        for (auto number : *numbers) {
            std::printf(" %.6g", static_cast<double>(number));
        }
        std::printf("\n");
    }
}

}  // namespace

}  // namespace repartee

// What one person says is one recording to us, whatever files it is in.
int main(int count, char** arguments) {
    using namespace repartee;
    std::vector<engines::cepstral::SoundFrame> voice;
    for (int i = 2; i < count; ++i) {
        auto sound = in_room(read(arguments[i]), std::atof(arguments[1]), static_cast<unsigned>(i));
        auto all = engines::cepstral::frames_of(sound);
        std::ranges::copy_if(all.frames, std::back_inserter(voice), &engines::cepstral::SoundFrame::voice);
    }
    print_parts(voice, 150);
    print_parts(voice, 300);
    return 0;
}
