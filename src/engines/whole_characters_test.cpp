#include "engines/whole_characters.h"

#include <gtest/gtest.h>

namespace repartee::engines {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

TEST(WholeCharacters, JoinsACharacterThatCameInPieces) {
    WholeCharacters characters;
    EXPECT_EQ(characters.take("a\xE0"), "a");
    EXPECT_EQ(characters.take("\xA4"), "");
    EXPECT_EQ(characters.take("\xB9z"), "हz");
    EXPECT_EQ(characters.finish(), "");
}

TEST(WholeCharacters, GivesTheSameTextWhereverItIsCut) {
    constexpr std::string_view text = "नमस्ते, wörld 🙂!";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        WholeCharacters characters;
        auto joined = characters.take(text.substr(0, cut));
        joined += characters.take(text.substr(cut));
        EXPECT_EQ(joined + characters.finish(), text);
    }
}

TEST(WholeCharacters, ReplacesWhatCannotBecomeACharacter) {
    struct Case {
        std::string_view bytes;
        std::string expected;
    };
    const std::string r(replacement);
    for (const auto& [bytes, expected] : {Case{"a\x80z", "a" + r + "z"},    // a stray continuation
                                          Case{"\xC0\xAF", r + r},          // overlong
                                          Case{"\xE0\x80\x80", r + r + r},  // overlong
                                          Case{"\xED\xA0\x80", r + r + r},  // half of a surrogate pair
                                          Case{"\xF4\x90\x80\x80", r + r + r + r},  // past U+10FFFF
                                          Case{"\xE0\xA4z", r + "z"},               // broken off
                                          Case{"\xFF", r}}) {
        WholeCharacters characters;
        EXPECT_EQ(characters.take(bytes) + characters.finish(), expected);
    }
}

TEST(WholeCharacters, ReplacesWhatStayedIncomplete) {
    WholeCharacters characters;
    EXPECT_EQ(characters.take("\xF0\x9F\x99"), "");
    EXPECT_EQ(characters.finish(), replacement);
    EXPECT_EQ(characters.finish(), "");
}

}  // namespace

}  // namespace repartee::engines
