#include "base/utf8.h"

#include <gtest/gtest.h>

namespace repartee {
namespace {

TEST(Utf8, DecodesCharacters) {
    EXPECT_EQ(decode_utf8("A").code, U'A');
    EXPECT_EQ(decode_utf8("é").code, U'é');
    EXPECT_EQ(decode_utf8("字").code, U'字');
    EXPECT_EQ(decode_utf8("😀").code, U'😀');
    EXPECT_EQ(decode_utf8("a😀", 1).length, 4u);
    EXPECT_EQ(decode_utf8("").length, 0u);
}

TEST(Utf8, RefusesWhatIsNoCharacter) {
    for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
                             "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5", "\xFF", "\xE5\xAD", "\xC3"}) {
        EXPECT_FALSE(is_utf8(text));
        EXPECT_EQ(decode_utf8(text).code, replacement_character);
        EXPECT_EQ(decode_utf8(text).length, 1u);
    }
    EXPECT_TRUE(is_utf8("\uFFFD is itself a character, and so is \u0000"));
}

TEST(Utf8, KnowsWhatMoreBytesCouldComplete) {
    EXPECT_TRUE(utf8_is_cut_short("a\xE5\xAD", 1));
    EXPECT_TRUE(utf8_is_cut_short("\xF0", 0));
    EXPECT_FALSE(utf8_is_cut_short("字", 0));
    EXPECT_FALSE(utf8_is_cut_short("\xE5z", 0));
    EXPECT_FALSE(utf8_is_cut_short("\xE0\x80", 0));
    EXPECT_FALSE(utf8_is_cut_short("\xFF", 0));
    EXPECT_FALSE(utf8_is_cut_short("", 0));
}

TEST(Utf8, TruncatesBetweenCharacters) {
    EXPECT_EQ(truncate_utf8("a字b", 9), "a字b");
    EXPECT_EQ(truncate_utf8("a字b", 4), "a字");
    EXPECT_EQ(truncate_utf8("a字b", 3), "a");
    EXPECT_EQ(truncate_utf8("a字b", 0), "");
    EXPECT_EQ(truncate_utf8("\x80\x80\x80\x80\x80", 4), "\x80");
}

TEST(Utf8, WritesWhatItReads) {
    for (const char32_t code :
         {U'\0', U'A', U'é', U'\u07FF', U'\u0800', U'字', U'\uFFFF', U'\U00010000', U'\U0010FFFF'}) {
        std::string text;
        append_utf8(text, code);
        EXPECT_EQ(decode_utf8(text).code, code);
        EXPECT_EQ(decode_utf8(text).length, text.size());
    }
    std::string text;
    append_utf8(text, 0xD800);
    EXPECT_EQ(text, "\uFFFD");
}

}  // namespace
}  // namespace repartee
