// What every speaker embedder must do, whatever it is: engines/speaker_embedder.h as tests.
//
//     INSTANTIATE_TEST_SUITE_P(Cepstral, SpeakerEmbedderContract, testing::Values(SpeakerEmbedderCase{...}),
//     case_name);
#pragma once

#include "audio/wav.h"
#include "engines/speaker_embedder.h"
#include "house.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <numbers>
#include <ostream>
#include <string>

namespace repartee::engines {

struct SpeakerEmbedderCase {
    std::string name;
    // What the engine is given outlives it.
    std::function<std::unique_ptr<SpeakerEmbedder>(House&)> create;
    friend std::ostream& operator<<(std::ostream& out, const SpeakerEmbedderCase& embedder) {
        return out << embedder.name;
    }
};

inline std::string case_name(const testing::TestParamInfo<SpeakerEmbedderCase>& info) {
    return info.param.name;
}

class SpeakerEmbedderContract : public testing::TestWithParam<SpeakerEmbedderCase> {
protected:
    // Eleven seconds of somebody who speaks in a hall.
    static std::vector<audio::Sample> somebody() {
        std::ifstream file(SHARED_FOLDER "/audio/jfk.wav", std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        return audio::parse_wav(std::as_bytes(std::span(bytes))).value().samples;
    }
    // A far higher voice, more or less.
    static std::vector<audio::Sample> somebody_else() {
        std::vector<audio::Sample> sound(11 * audio::speech_rate);
        for (std::size_t i = 0; i < sound.size(); ++i) {
            auto time = static_cast<double>(i) / audio::speech_rate;
            auto syllable = std::abs(std::sin(2 * std::numbers::pi * 2 * time));
            double value = 0;
            for (int harmonic = 1; harmonic < 20; ++harmonic) {
                value += std::sin(2 * std::numbers::pi * 260 * harmonic * time) / harmonic;
            }
            sound[i] = static_cast<audio::Sample>(4000 * syllable * value);
        }
        return sound;
    }
    static SoundRange seconds(double from, double to) {
        return {static_cast<std::size_t>(from * audio::speech_rate),
                static_cast<std::size_t>(to * audio::speech_rate)};
    }
    std::vector<Voiceprint> prints(const std::vector<audio::Sample>& sound, std::vector<SoundRange> ranges) {
        return house.run(embedder->prints(sound, std::move(ranges)));
    }
    // In units of what two prints of one person are apart.
    static double unlikeness(const Voiceprint& one, const Voiceprint& other) {
        double sum = 0;
        for (std::size_t i = 0; i < one.vector.size(); ++i) {
            auto difference = static_cast<double>(one.vector[i]) - other.vector.at(i);
            sum += difference * difference;
        }
        return sum / (one.spread + other.spread);
    }
    awaitable<void> ask(const std::vector<audio::Sample>& sound, std::vector<Voiceprint>& into) {
        std::vector<SoundRange> ranges{seconds(0, 5)};
        into = co_await embedder->prints(sound, std::move(ranges));
    }

    House house{Time::Real};
    std::unique_ptr<SpeakerEmbedder> embedder = GetParam().create(house);
};

TEST_P(SpeakerEmbedderContract, GivesOnePrintForEachRangeTheSameAlways) {
    auto sound = somebody();
    auto all = prints(sound, {seconds(0, 4), seconds(4, 11), seconds(0, 4), seconds(9, 100)});
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].vector, all[2].vector);
    EXPECT_EQ(all[0].vector.size(), all[1].vector.size());
    EXPECT_NE(all[0].vector, all[1].vector);
    for (const auto& print : all) {
        EXPECT_FALSE(print.vector.empty());
        EXPECT_GT(print.spread, 0);
        EXPECT_GT(print.voice, std::chrono::milliseconds(500));
        EXPECT_LT(print.voice, std::chrono::milliseconds(7100));
    }
    EXPECT_EQ(prints(sound, {seconds(0, 4)})[0].vector, all[0].vector);
    EXPECT_TRUE(prints(sound, {}).empty());
}

TEST_P(SpeakerEmbedderContract, OnePersonIsNearAndAnotherFar) {
    auto one = prints(somebody(), {seconds(0, 4), seconds(4, 8), seconds(8, 11)});
    auto other = prints(somebody_else(), {seconds(0, 4)});
    auto apart = static_cast<double>(embedder->traits().apart);
    EXPECT_GT(apart, 1);
    EXPECT_LT(unlikeness(one[0], one[1]), apart);
    EXPECT_LT(unlikeness(one[1], one[2]), apart);
    EXPECT_GT(unlikeness(one[0], other[0]), apart);
    EXPECT_GT(unlikeness(one[2], other[0]), apart);
    // Who raises the voice goes far, and yet is not somebody else.
    EXPECT_GT(unlikeness(one[2], other[0]), unlikeness(one[2], one[0]));
}

TEST_P(SpeakerEmbedderContract, SaysNothingOfWhereNobodySpeaks) {
    const std::vector<audio::Sample> silence(audio::speech_rate);
    auto all = prints(silence, {seconds(0, 1), seconds(0, 0), seconds(5, 9)});
    ASSERT_EQ(all.size(), 3u);
    EXPECT_LT(all[0].voice, embedder->traits().least_voice);
    EXPECT_TRUE(all[1].vector.empty());
    EXPECT_TRUE(all[2].vector.empty());
    auto none = prints({}, {seconds(0, 1)});
    ASSERT_EQ(none.size(), 1u);
    EXPECT_TRUE(none[0].vector.empty());
}

TEST_P(SpeakerEmbedderContract, TakesAsManyRangesAsItPromisesAndNoMore) {
    auto sound = somebody();
    std::vector<SoundRange> ranges(SpeakerEmbedder::most_ranges, seconds(1, 3));
    EXPECT_EQ(prints(sound, ranges).size(), ranges.size());
    ranges.push_back(seconds(1, 3));
    EXPECT_THROW(prints(sound, ranges), Failure);
}

TEST_P(SpeakerEmbedderContract, AnswersTwoAtOnce) {
    auto one = somebody();
    auto other = somebody_else();
    std::vector<Voiceprint> of_one;
    std::vector<Voiceprint> of_other;
    Task first(house.executor(), ask(one, of_one));
    Task second(house.executor(), ask(other, of_other));
    house.run_until([&] { return !first.running() && !second.running(); });
    ASSERT_EQ(of_one.size(), 1u);
    ASSERT_EQ(of_other.size(), 1u);
    EXPECT_EQ(of_one[0].vector, prints(one, {seconds(0, 5)})[0].vector);
    EXPECT_EQ(of_other[0].vector, prints(other, {seconds(0, 5)})[0].vector);
}

TEST_P(SpeakerEmbedderContract, SaysWhoItIsAndWhetherItIsUsable) {
    EXPECT_FALSE(embedder->info().model.empty());
    EXPECT_TRUE(embedder->identity().starts_with(embedder->info().kind + "/"));
    auto health = house.run(embedder->check());
    EXPECT_TRUE(health.usable) << health.reason;
    EXPECT_FALSE(health.reason.empty());
}

}  // namespace repartee::engines
