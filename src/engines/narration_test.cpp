#include "engines/narration.h"

#include <gmock/gmock.h>

#include <numeric>

namespace repartee::engines {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Le;

constexpr int rate = 1000;  // Hz: a sample is a millisecond, a chunk 50

std::vector<audio::Sample> sound_of(std::size_t milliseconds, audio::Sample first = 0) {
    std::vector<audio::Sample> samples(milliseconds);
    std::iota(samples.begin(), samples.end(), first);
    return samples;
}

struct Told {
    std::vector<std::size_t> lengths;
    std::vector<std::size_t> spoken;
    std::vector<audio::Sample> samples;
};

void take_all(Narration& narration, Told& told) {
    while (auto chunk = narration.next()) {
        EXPECT_EQ(chunk->rate, rate);
        told.lengths.push_back(chunk->samples.size());
        told.spoken.push_back(chunk->spoken_bytes);
        told.samples.insert(told.samples.end(), chunk->samples.begin(), chunk->samples.end());
    }
}

Told told_by(Narration& narration) {
    Told told;
    take_all(narration, told);
    return told;
}

TEST(Narration, SaysWhereEverySentenceEnds) {
    Narration narration(rate);
    narration.text("One two.");
    narration.text(" Three.");
    narration.sound(sound_of(120));
    narration.sentence_ended();
    narration.sound(sound_of(75));
    narration.sentence_ended();
    auto told = told_by(narration);
    EXPECT_THAT(told.lengths, ElementsAre(50, 50, 20, 50, 25));
    EXPECT_THAT(told.spoken, ElementsAre(3, 3, 8, 8, 15));
    EXPECT_EQ(narration.sentences_left(), 0U);
}

TEST(Narration, LosesNoSampleHoweverTheyCome) {
    for (std::size_t piece : {1, 7, 49, 50, 51, 1000}) {
        Narration narration(rate);
        narration.text("One two three four.");
        auto all = sound_of(997);
        Told told;
        for (std::size_t at = 0; at < all.size(); at += piece) {
            narration.sound(std::span(all).subspan(at, std::min(piece, all.size() - at)));
            take_all(narration, told);
            // The very end of a sentence waits for its end.
            EXPECT_LT(told.samples.size(), std::min(at + piece, all.size()));
        }
        narration.sentence_ended();
        take_all(narration, told);
        EXPECT_EQ(told.samples, all) << piece;
        EXPECT_TRUE(std::ranges::is_sorted(told.spoken));
        EXPECT_EQ(told.spoken.back(), 19U);
        EXPECT_THAT(told.lengths, Each(Le(50U)));
    }
}

TEST(Narration, FollowsTheWordsThatItIsTold) {
    Narration narration(rate);
    narration.text("It is nine.");
    narration.section();
    narration.word("It", 0.05);
    narration.word("is", 0.1);
    narration.sound(sound_of(200));
    narration.word("nine.", 0.19);
    narration.sentence_ended();
    EXPECT_THAT(told_by(narration).spoken, ElementsAre(2, 5, 5, 11));
}

TEST(Narration, WordTimesCountFromTheirSection) {
    Narration narration(rate);
    narration.text("One.");
    narration.text(" Two three.");
    narration.section();
    narration.word("One.", 0.1);
    narration.sound(sound_of(100));
    narration.sentence_ended();
    narration.section();
    narration.word("Two", 0.05);
    narration.sound(sound_of(150));
    narration.word("three.", 0.15);
    narration.sentence_ended();
    EXPECT_THAT(told_by(narration).spoken, ElementsAre(0, 4, 8, 8, 15));
}

TEST(Narration, PassesOverWordsThatAreNotInTheText) {
    Narration narration(rate);
    narration.text("It is 5 today.");
    narration.section();
    for (const auto& [word, time] : {std::pair("It", 0.05),
                                     {"<break/>", 0.06},
                                     {"five", 0.1},
                                     {"", 0.1},
                                     {"It", 0.1},
                                     {"today.", -1.0},
                                     {"today.", 1e300}}) {
        narration.word(word, time);
    }
    narration.sound(sound_of(200));
    auto early = told_by(narration);
    EXPECT_THAT(early.spoken, ElementsAre(2, 2, 2));
    narration.sentence_ended();
    EXPECT_THAT(told_by(narration).spoken, ElementsAre(14));
}

TEST(Narration, TimesThatMakeNoSenseHoldNothingUp) {
    Narration narration(rate);
    narration.text("One two.");
    narration.text(" Three four.");
    narration.section();
    narration.word("One", 0.05);
    narration.word("two.", 50);  // long after the end of the sound
    narration.sound(sound_of(100));
    narration.sentence_ended();
    narration.word("Three", 0.15);
    narration.sound(sound_of(100));
    narration.sentence_ended();
    EXPECT_THAT(told_by(narration).spoken, ElementsAre(3, 8, 14, 20));
}

TEST(Narration, GuessesByTheRateOfSpeechUntilASentenceHasEnded) {
    Narration narration(rate);  // 14 characters a second
    narration.text("Good morning, how are you?");
    narration.sound(sound_of(1050));
    // 0.7 characters a chunk; words end at 4, 13, 17 and 21.
    auto told = told_by(narration);
    EXPECT_EQ(told.spoken[4], 0U);
    EXPECT_EQ(told.spoken[5], 4U);
    EXPECT_EQ(told.spoken[17], 4U);
    EXPECT_EQ(told.spoken[18], 13U);
    narration.sound(sound_of(10'000));
    EXPECT_THAT(told_by(narration).spoken, Each(Le(21U))) << "the last word counts at the end only";
    narration.sentence_ended();
    EXPECT_EQ(told_by(narration).spoken.back(), 26U);
}

TEST(Narration, LearnsTheRateOfTheVoice) {
    Narration narration(rate);
    narration.text("one two three four ");  // 19 characters in 3.8 s: 5 a second
    narration.sound(sound_of(3800));
    narration.sentence_ended();
    narration.text("five six seven eight");
    told_by(narration);
    narration.sound(sound_of(1100));
    auto told = told_by(narration);
    EXPECT_EQ(told.spoken[14], 19U);  // 0.75 s: three characters and a bit
    EXPECT_EQ(told.spoken[15], 23U);  // 0.8 s: "five"
}

TEST(Narration, AFasterVoiceIsGuessedFaster) {
    Narration natural(rate);
    Narration fast(rate, 2);
    for (auto* narration : {&natural, &fast}) {
        narration->text("Good morning, how are you?");
        narration->sound(sound_of(600));
    }
    EXPECT_LT(told_by(natural).spoken.back(), told_by(fast).spoken.back());
}

TEST(Narration, IsExactToTheWordOnceTheLengthIsKnown) {
    Narration narration(rate);
    narration.text("one two three four");  // 18 characters in 900 ms: 50 ms each
    narration.sound(sound_of(900));
    narration.sentence_ended();
    auto told = told_by(narration);
    EXPECT_THAT(told.spoken, ElementsAre(0, 0, 3, 3, 3, 3, 7, 7, 7, 7, 7, 7, 13, 13, 13, 13, 13, 18));
}

TEST(Narration, GoesByCharactersWhereThereAreNoSpaces) {
    Narration narration(rate);
    narration.text("今日は晴れ");  // five characters of three bytes
    narration.sound(sound_of(500));
    narration.sentence_ended();
    EXPECT_THAT(told_by(narration).spoken, ElementsAre(0, 3, 3, 6, 6, 9, 9, 12, 12, 15));
}

TEST(Narration, FollowsTextWhoseSentencesAreNotTold) {
    Narration narration(rate);  // 14 characters a second
    narration.more_text("Good morning.");
    narration.more_text(" How are you?");
    narration.sound(sound_of(1550));
    EXPECT_EQ(narration.sentences_left(), 1U);
    auto told = told_by(narration);
    EXPECT_EQ(told.spoken[18], 13U) << "the sound goes on beyond the first sentence";
    EXPECT_EQ(told.spoken[25], 17U);
    narration.spoken_until(26);
    EXPECT_EQ(told_by(narration).spoken.back(), 26U);
    EXPECT_EQ(narration.sentences_left(), 0U);
}

TEST(Narration, IsPutRightWhereASentenceEnds) {
    Narration narration(rate);
    narration.more_text("One two. Three.");
    narration.sound(sound_of(400));
    narration.spoken_until(8);
    narration.more_text(" Four.");
    narration.sound(sound_of(200));
    narration.spoken_until(15);
    narration.sound(sound_of(100));
    narration.spoken_until(21);
    auto told = told_by(narration);
    EXPECT_THAT(told.lengths, ElementsAre(50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50));
    EXPECT_THAT(told.spoken, ElementsAre(0, 0, 3, 3, 3, 3, 3, 8, 8, 8, 8, 15, 15, 21));
}

TEST(Narration, SeveralSentencesMayEndAtOnce) {
    Narration narration(rate);
    narration.text("One.");
    narration.text(" Two.");
    narration.text(" Three.");
    narration.sound(sound_of(100));
    narration.spoken_until(9);
    narration.sound(sound_of(50));
    narration.sentence_ended();
    EXPECT_THAT(told_by(narration).spoken, ElementsAre(4, 9, 16));
}

TEST(Narration, LosesNoSoundBehindTheLastWord) {
    Narration narration(rate);
    narration.more_text("One.");
    narration.sound(sound_of(100));
    narration.spoken_until(4);
    narration.sound(sound_of(100, 100));
    narration.spoken_until(4);
    narration.spoken_until(4);
    auto told = told_by(narration);
    EXPECT_EQ(told.samples, sound_of(200));
    EXPECT_THAT(told.spoken, ElementsAre(2, 4, 4, 4));
}

TEST(Narration, SupposesByTheRateOfSpeech) {
    Narration narration(rate);  // 14 characters a second
    EXPECT_EQ(narration.supposed_bytes(), 0U);
    narration.more_text("नमस्ते, नमस्ते");
    narration.sound(sound_of(500));
    EXPECT_EQ(narration.supposed_bytes(), 3U * 6 + 1);
    narration.sound(sound_of(500'000));
    EXPECT_EQ(narration.supposed_bytes(), 3U * 12 + 2);
}

TEST(Narration, ASentenceWithoutSoundIsAMomentOfSilence) {
    Narration narration(rate);
    narration.text("Yes.");
    narration.text("...");
    narration.text("No.");
    narration.sound(sound_of(50, 1));
    narration.sentence_ended();
    narration.sentence_ended();
    narration.sound(sound_of(50, 1));
    narration.sentence_ended();
    narration.sentence_ended();  // nothing is left that could end
    auto told = told_by(narration);
    EXPECT_THAT(told.lengths, ElementsAre(50, 10, 50));
    EXPECT_THAT(told.spoken, ElementsAre(4, 7, 10));
}

TEST(Narration, KnowsWhetherASentenceHasBegunToSound) {
    Narration narration(rate);
    narration.text("Yes.");
    narration.text("No.");
    EXPECT_FALSE(narration.sounding());
    narration.sound(sound_of(1));
    EXPECT_TRUE(narration.sounding());
    narration.sentence_ended();
    EXPECT_FALSE(narration.sounding());
    EXPECT_EQ(narration.sentences_left(), 1U);
}

TEST(Speakable, IsWhatHasALetterOrADigit) {
    for (const char* text : {"a", "5", "...x", "नमस्ते", "今", "é", "Ж", "\xF0\x9F\x98\x80 ok"}) {
        EXPECT_TRUE(is_speakable(text)) << text;
    }
    for (const char* text : {"", " ", "...", "?!", "—", "…", "।", "\xF0\x9F\x98\x80", "\xFF\xFE", "\t\x01"}) {
        EXPECT_FALSE(is_speakable(text)) << text;
    }
}

TEST(BlankedWhereMalformed, KeepsTheLength) {
    EXPECT_EQ(blanked_where_malformed("caf\xC3\xA9 \xFF\xC3"), "caf\xC3\xA9   ");
    EXPECT_EQ(blanked_where_malformed(""), "");
}

}  // namespace

}  // namespace repartee::engines
