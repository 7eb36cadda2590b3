#include "engines/pocketsphinx/confidence.h"

#include <gtest/gtest.h>

#include <limits>

namespace repartee::engines::pocketsphinx {

namespace {

// A word of clean speech that the decoder is sure of, and one that it made of a crowd's noise.
const WordEvidence clear{.posterior = -0.01F, .acoustic = -1.5F, .language = -4, .frames = 30, .letters = 5};
const WordEvidence made_up{.posterior = -4, .acoustic = -4, .language = -8, .frames = 30, .letters = 2};
const SectionEvidence quiet_room{.dynamics = 45, .density = 1};
const SectionEvidence crowd{.dynamics = 8, .density = 4};

}  // namespace

TEST(ChanceRight, KnowsClearWordsFromThoseThatAreMadeUp) {
    EXPECT_GT(chance_right(clear, quiet_room), 0.8F);
    EXPECT_LT(chance_right(made_up, crowd), 0.1F);
}

TEST(ChanceRight, EverySignCountsInItsDirection) {
    const auto before = chance_right(clear, quiet_room);
    auto changed = [](auto change) {
        auto word = clear;
        auto section = quiet_room;
        change(word, section);
        return chance_right(word, section);
    };
    using W = WordEvidence;
    using S = SectionEvidence;
    EXPECT_LT(changed([](W& word, S&) { word.posterior = -2; }), before);
    EXPECT_LT(changed([](W& word, S&) { word.acoustic = -5; }), before);
    EXPECT_LT(changed([](W& word, S&) { word.language = -12; }), before);
    EXPECT_LT(changed([](W& word, S&) { word.letters = 1; }), before);
    EXPECT_LT(changed([](W& word, S&) { word.frames = 250; }), before) << "nobody says it so slowly";
    EXPECT_LT(changed([](W&, S& section) { section.dynamics = 10; }), before) << "in noise";
    EXPECT_LT(changed([](W&, S& section) { section.density = 6; }), before) << "much else was thought of";
}

TEST(ChanceRight, IsAChanceWhateverTheNumbers) {
    constexpr auto nothing = std::numeric_limits<float>::quiet_NaN();
    constexpr auto most = std::numeric_limits<float>::infinity();
    for (float value : {0.0F, -1e30F, 1e30F, nothing, most, -most}) {
        for (int count : {0, -7, 1, 1'000'000}) {
            WordEvidence word{
                .posterior = value, .acoustic = value, .language = value, .frames = count, .letters = count};
            auto chance = chance_right(word, {.dynamics = value, .density = value});
            EXPECT_GE(chance, 0) << value;
            EXPECT_LE(chance, 1) << value;
        }
    }
}

}  // namespace repartee::engines::pocketsphinx
