#include "engines/rules/words.h"

#include <gtest/gtest.h>

namespace repartee::engines::rules {
namespace {

std::string keys(std::string_view text) {
    std::string keys;
    for (const auto& word : split_words(text)) {
        keys += (keys.empty() ? "" : " ") + word.key;
    }
    return keys;
}

TEST(SplitWords, TypedAndSpokenLookTheSame) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"What time is it?", "what time is it"},
        {"what's the time", "what is the time"},
        {"whats the time", "what is the time"},
        {"What\xE2\x80\x99s the time", "what is the time"},
        {"um I don't uh know", "i do not know"},
        {"tomorrow's date", "tomorrows date"},
        {"12 + 30?", "12 + 30"},
        {"12+30=", "12 + 30"},
        {"12-30", "12 - 30"},
        {"-5", "- 5"},
        {"twenty-five", "twenty five"},
        {"1,234.5 apples.", "1234.5 apples"},
        {"1, 2, 3", "1 2 3"},
        {"I have 12.", "i have 12"},
        {".5", ".5"},
        {"at 3:30.", "at 3:30"},
        {"(1+2)*3", "( 1 + 2 ) * 3"},
        {"3\xC3\x97"
         "4",
         "3 * 4"},
        {"15% of 80", "15 % of 80"},
        {"  ...  ", ""},
        {"", ""},
    };
    for (const auto& [text, expected] : rows) {
        EXPECT_EQ(keys(text), expected) << text;
    }
}

TEST(SplitWords, KeepsHowItWasWritten) {
    EXPECT_EQ(joined(split_words("My brother's name is Zo\xC3\xAB!")), "My brother's name is Zo\xC3\xAB");
}

TEST(SplitWords, IsBounded) {
    std::string text;
    for (int count = 0; count < 10'000; ++count) {
        text += "word ";
    }
    EXPECT_LE(split_words(text).size(), most_words + 1);
}

}  // namespace
}  // namespace repartee::engines::rules
