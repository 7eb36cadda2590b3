#include "workers/whisper/words.h"

#include <gtest/gtest.h>

namespace repartee::workers::whisper {
namespace {

using std::chrono::milliseconds;

TEST(WordBuilder, ASpaceBeginsAWord) {
    WordBuilder builder("en");
    builder.add({" turn", milliseconds(0), milliseconds(200), 0.9F});
    builder.add({" on", milliseconds(200), milliseconds(300), 0.8F});
    builder.add({" kit", milliseconds(300), milliseconds(400), 0.7F});
    builder.add({"chen", milliseconds(400), milliseconds(600), 0.6F});
    builder.add({".", milliseconds(600), milliseconds(600), 0.9F});
    auto words = builder.finish();
    ASSERT_EQ(words.size(), 3U);
    EXPECT_EQ(joined(words, "en"), "turn on kitchen.");
    EXPECT_EQ(words[2].start, milliseconds(300));
    EXPECT_EQ(words[2].end, milliseconds(600));
    EXPECT_FLOAT_EQ(words[2].confidence, 0.6F);
}

TEST(WordBuilder, WithoutSpacesEveryTokenIsAWordOfWholeCharacters) {
    const std::string character = "\u58f0";  // three bytes
    WordBuilder builder("ja");
    builder.add({"\u4eca\u65e5", {}, {}, 1});
    builder.add({std::string_view(character).substr(0, 1), {}, {}, 1});
    builder.add({std::string_view(character).substr(1), {}, {}, 1});
    builder.add({"\u3067", {}, {}, 1});
    auto words = builder.finish();
    ASSERT_EQ(words.size(), 3U);
    EXPECT_EQ(words[1].text, character);
    EXPECT_EQ(joined(words, "ja"), "\u4eca\u65e5\u58f0\u3067");
}

TEST(WordBuilder, WhatIsNoCharacterIsDropped) {
    WordBuilder builder("en");
    builder.add({" caf\xc3", {}, {}, 1});
    builder.add({" \xc3", {}, {}, 1});
    auto words = builder.finish();
    ASSERT_EQ(words.size(), 1U);
    EXPECT_EQ(words[0].text, "caf");
}

}  // namespace
}  // namespace repartee::workers::whisper
