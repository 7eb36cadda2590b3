#include "engines/flite/phrases.h"

#include <gtest/gtest.h>

namespace repartee::engines::flite {

TEST(InAscii, SpellsLettersWithMarksPlainly) {
    EXPECT_EQ(in_ascii("caf\xC3\xA9"), "cafe");
    EXPECT_EQ(in_ascii("\xC3\x80\xC3\x9F\xC3\xBF\xC5\x81\xC5\xBE"), "AssyLz");
    EXPECT_EQ(in_ascii("don\xE2\x80\x99t"), "don't");
    EXPECT_EQ(in_ascii("wait\xE2\x80\xA6"), "wait...");
}

TEST(InAscii, LeavesOutWhatHasNoCounterpart) {
    EXPECT_EQ(in_ascii("a\xF0\x9F\x98\x80z"), "az");
    EXPECT_EQ(in_ascii("\xE0\xA4\xA8\xE0\xA4\xAE"), "");
    EXPECT_EQ(in_ascii("a\x01\x7Fz"), "az");
}

TEST(InAscii, StepsOverMalformedBytes) {
    EXPECT_EQ(in_ascii("a\xFFz"), "az");
    EXPECT_EQ(in_ascii("a\xC3"), "a");
    EXPECT_EQ(in_ascii("\xE2\x80z"), "z");
    EXPECT_EQ(in_ascii("\xF0\x9Fok"), "ok");
}

TEST(PhrasesOf, IsOnePhraseForAnOrdinarySentence) {
    auto phrases = phrases_of("Hello,  how are you?");
    ASSERT_EQ(phrases.size(), 1U);
    EXPECT_EQ(phrases[0].text, "Hello, how are you?");
    EXPECT_EQ(phrases[0].end, 20U);
    EXPECT_EQ(phrases[0].words.size(), 4U);
    EXPECT_EQ(phrases[0].words[1].in_phrase, 10U);
    EXPECT_EQ(phrases[0].words[1].in_sentence, 11U);
}

TEST(PhrasesOf, IsAnEmptyPhraseForWhatHasNoSound) {
    EXPECT_TRUE(phrases_of("").empty());
    auto phrases = phrases_of(" \xF0\x9F\x98\x80 ");
    ASSERT_EQ(phrases.size(), 1U);
    EXPECT_EQ(phrases[0].text, "");
    EXPECT_EQ(phrases[0].end, 6U);
}

TEST(PhrasesOf, BreaksLongTextAtPunctuation) {
    std::string clause = "this is a clause of some length that goes on for quite a while, ";
    std::string text = clause + clause + clause + clause;
    auto phrases = phrases_of(text);
    ASSERT_EQ(phrases.size(), 2U);
    EXPECT_EQ(phrases[0].text.back(), ',');
    EXPECT_EQ(phrases[0].end, 3 * clause.size() - 1);
    EXPECT_EQ(phrases[1].end, text.size());
}

TEST(PhrasesOf, BoundsEveryPhraseAndLosesNothing) {
    std::string words;
    while (words.size() < 3000) {
        words += "word ";
    }
    std::string dots(300, '.');
    dots += " a";
    const std::vector<std::string> texts{words, dots, std::string(2000, 'x')};
    for (const auto& text : texts) {
        std::size_t end = 0;
        for (const auto& phrase : phrases_of(text)) {
            EXPECT_LE(phrase.text.size(), longest_phrase);
            EXPECT_LE(end, phrase.end);
            end = phrase.end;
        }
        EXPECT_EQ(end, text.size());
    }
}

TEST(PhrasesOf, CallsAWordSpokenOnlyAtItsEnd) {
    std::string text = "so " + std::string(100, 'x') + " it is";
    auto phrases = phrases_of(text);
    ASSERT_EQ(phrases.size(), 1U);
    EXPECT_EQ(spoken_until(phrases[0], 2, 0), 2U);
    EXPECT_EQ(spoken_until(phrases[0], 70, 0), 2U);
    EXPECT_EQ(spoken_until(phrases[0], 104, 0), 103U);
}

TEST(SpokenUntil, FallsOnWordEnds) {
    auto phrase = phrases_of("Hello, how are you?").front();
    EXPECT_EQ(spoken_until(phrase, 0, 0), 0U);
    EXPECT_EQ(spoken_until(phrase, 5, 7), 7U);
    EXPECT_EQ(spoken_until(phrase, 6, 0), 6U);
    EXPECT_EQ(spoken_until(phrase, 9, 0), 6U);
    EXPECT_EQ(spoken_until(phrase, 100, 0), 19U);
}

}  // namespace repartee::engines::flite
