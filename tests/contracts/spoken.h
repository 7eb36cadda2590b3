// Speech for the tests: made by flite, with a little silence around it as a microphone has. The same
// text always gives the same samples, as long as nobody else speaks meanwhile: the noise in the voice
// comes from rand().
#pragma once

#include "engines/flite/synthesiser.h"
#include "house.h"

#include <cstdlib>
#include <string>

namespace repartee::engines {

inline std::vector<audio::Sample> spoken(const std::string& text) {
    std::srand(1);
    House house(Time::Real);
    flite::Flite synthesiser({}, house.pool());
    auto stream = synthesiser.start({});
    stream->say(text);
    stream->finish();
    std::vector<audio::Sample> samples(audio::speech_rate / 5);
    for (const auto& chunk : read_all<SpeechChunk>(house, *stream).outputs) {
        samples.insert(samples.end(), chunk.samples.begin(), chunk.samples.end());
    }
    samples.resize(samples.size() + audio::speech_rate / 5);
    return samples;
}

}  // namespace repartee::engines
