// What pocketsphinx hears of recordings, word by word, and what its decoder knows of each word: the raw
// material of tests/bench/word_confidence.py, which starts this. Noise is mixed in here.
//
//     word_evidence < TASKS       each line: SPEECH.wav NOISE.wav|- SNR_DB OFFSET GAIN_DB
//
// One line of JSON for each task, in their order.
#include "audio/level.h"
#include "audio/wav.h"
#include "engines/pocketsphinx/transcription.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <numeric>
#include <sstream>

namespace {

using namespace repartee;
using namespace repartee::engines;
using Sound = std::vector<double>;

Sound read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    auto pcm = audio::parse_wav(std::as_bytes(std::span(bytes)));
    if (!pcm || pcm->rate != audio::speech_rate) {
        throw std::runtime_error(path + " is no WAV of 16 kHz");
    }
    return {pcm->samples.begin(), pcm->samples.end()};
}

// Of the loud half: pauses say nothing of how loud somebody speaks.
double speech_power(const Sound& sound) {
    constexpr std::size_t frame = audio::speech_rate / 50;
    std::vector<double> powers;
    for (std::size_t at = 0; at + frame <= sound.size(); at += frame) {
        double power = 0;
        for (std::size_t i = at; i < at + frame; ++i) {
            power += sound[i] * sound[i] / frame;
        }
        powers.push_back(power);
    }
    std::ranges::sort(powers, std::greater());
    powers.resize(std::max<std::size_t>(1, powers.size() / 2));
    return std::accumulate(powers.begin(), powers.end(), 0.0) / static_cast<double>(powers.size());
}

double power(const Sound& sound) {
    return std::inner_product(sound.begin(), sound.end(), sound.begin(), 0.0) /
           static_cast<double>(std::max<std::size_t>(1, sound.size()));
}

struct Task {
    std::string speech;
    std::string noise;
    double snr_db = 0;
    std::size_t offset = 0;
    double gain_db = 0;
};

std::vector<audio::Sample> mixed(const Task& task) {
    auto sound = read(task.speech);
    if (task.noise != "-") {
        auto noise = read(task.noise);
        auto factor = std::sqrt(speech_power(sound) / power(noise) * std::pow(10, -task.snr_db / 10));
        for (std::size_t i = 0; i < sound.size(); ++i) {
            sound[i] += factor * noise[(task.offset + i) % noise.size()];
        }
    }
    std::vector<audio::Sample> samples;
    for (double value : sound) {
        auto louder = std::lround(value * std::pow(10, task.gain_db / 20));
        samples.push_back(static_cast<audio::Sample>(std::clamp(louder, -32768L, 32767L)));
    }
    return samples;
}

pocketsphinx::Section hear(pocketsphinx::Decoder& decoder, std::span<const audio::Sample> samples) {
    decoder.begin({});
    for (; !samples.empty();
         samples = samples.subspan(std::min(samples.size(), pocketsphinx::step_samples))) {
        decoder.feed(samples.first(std::min(samples.size(), pocketsphinx::step_samples)));
    }
    return decoder.end();
}

boost::json::value in_json(const pocketsphinx::Section& section) {
    boost::json::array words;
    for (std::size_t i = 0; i < section.words.size(); ++i) {
        const auto& evidence = section.evidence[i];
        words.push_back({{"text", section.words[i].text},
                         {"posterior", evidence.posterior},
                         {"acoustic", evidence.acoustic},
                         {"language", evidence.language},
                         {"frames", evidence.frames},
                         {"letters", evidence.letters},
                         {"chance", pocketsphinx::chance_right(evidence, section.sound)}});
    }
    return {{"words", std::move(words)},
            {"dynamics", section.sound.dynamics},
            {"density", section.sound.density}};
}

}  // namespace

int main() {
    pocketsphinx::Decoder decoder({});
    for (std::string line; std::getline(std::cin, line);) {
        Task task;
        std::istringstream(line) >> task.speech >> task.noise >> task.snr_db >> task.offset >> task.gain_db;
        auto samples = mixed(task);
        std::cout << boost::json::serialize(in_json(hear(decoder, samples))) << std::endl;
    }
}
