#include "vocabulary/words.h"

#include <gtest/gtest.h>

namespace repartee {

namespace {

using Words = std::vector<std::u32string>;

TEST(WordsIn, AreLowerCaseWithoutPunctuation) {
    EXPECT_EQ(words_in("My cat's name: INK!"), (Words{U"my", U"cat", U"s", U"name", U"ink"}));
    EXPECT_EQ(words_in("  Übermut—ΆΛΦΑ Ёлка 42,5 "), (Words{U"übermut", U"άλφα", U"ёлка", U"42", U"5"}));
    EXPECT_EQ(words_in(""), Words{});
    EXPECT_EQ(words_in(" ?! … "), Words{});
}

TEST(WordsIn, KeepTheSignsOfDevanagari) {
    EXPECT_EQ(words_in("मेरी बिल्ली का नाम स्याही है।"),
              (Words{U"मेरी", U"बिल्ली", U"का", U"नाम", U"स्याही", U"है"}));
    EXPECT_EQ(words_in("क\u200Dष"), words_in("कष"));
}

TEST(WordsIn, AreCharactersWhereNothingSeparatesThem) {
    EXPECT_EQ(words_in("我的猫"), (Words{U"我", U"的", U"猫"}));
    EXPECT_EQ(words_in("黒い cat"), (Words{U"黒", U"い", U"cat"}));
}

TEST(WordsIn, ReadOnBehindBadBytes) {
    EXPECT_EQ(words_in("cat\xFF\xC3 dog"), (Words{U"cat", U"dog"}));
}

TEST(WordsIn, KnowStems) {
    EXPECT_EQ(stem_of(U"cats"), U"cat");
    EXPECT_EQ(stem_of(U"called"), U"call");
    EXPECT_EQ(stem_of(U"living"), stem_of(U"live"));
    EXPECT_EQ(stem_of(U"red"), U"red");
    EXPECT_EQ(stem_of(U"glass"), U"glass");
    EXPECT_EQ(stem_of(U"घर"), U"घर");
}

TEST(WordsIn, SayLittleWhereTheyAreEverywhere) {
    EXPECT_TRUE(is_filler(U"what"));
    EXPECT_TRUE(is_filler(U"मेरा"));
    EXPECT_TRUE(is_filler(U"user"));
    EXPECT_FALSE(is_filler(U"cat"));
}

}  // namespace

}  // namespace repartee
