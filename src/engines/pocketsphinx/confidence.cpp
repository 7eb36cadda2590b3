#include "engines/pocketsphinx/confidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace repartee::engines::pocketsphinx {

namespace {

// By `tests/bench/word_confidence.py fit`, whose `signs_of` is the same as ours.
constexpr std::array weights{
    -0.8269F,  // constant
    -1.1063F,  // posterior
    1.7345F,   // acoustic
    1.3298F,   // language
    -0.7984F,  // length
    1.2052F,   // letters
    2.2261F,   // dynamics
    -0.2592F,  // dynamics squared
    -1.8757F,  // density
};

// The signs, each of about one in size.
std::array<float, weights.size()> signs_of(const WordEvidence& word, const SectionEvidence& section) {
    // Beyond these there was nothing to learn from.
    auto within = [](float value, float least, float most) {
        return std::isnan(value) ? least : std::clamp(value, least, most);
    };
    auto dynamics = within(section.dynamics, 0, 60) / 10;
    return {1,
            std::log1p(-within(word.posterior, -50, 0)),
            within(word.acoustic, -60, 0) / 10,
            within(word.language, -20, 0) / 10,
            std::log(within(static_cast<float>(word.frames), 1, 300) / 10),
            std::log(within(static_cast<float>(word.letters), 1, 30)),
            dynamics,
            dynamics * dynamics,
            std::log1p(within(section.density, 0, 100))};
}

}  // namespace

float chance_right(const WordEvidence& word, const SectionEvidence& section) {
    auto signs = signs_of(word, section);
    auto sum = std::inner_product(signs.begin(), signs.end(), weights.begin(), 0.0F);
    return 1 / (1 + std::exp(-sum));
}

}  // namespace repartee::engines::pocketsphinx
