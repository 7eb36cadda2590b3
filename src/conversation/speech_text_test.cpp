#include "conversation/speech_text.h"

#include "base/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace repartee::conversation {
namespace {

struct SpokenAs {
    std::string_view written;
    std::string_view said;
};

void check_speech(const std::vector<SpokenAs>& cases) {
    for (const SpokenAs& each : cases) {
        EXPECT_EQ(speakable(each.written), each.said) << each.written;
    }
}

TEST(SpeechText, PlainTextStaysAsItIs) {
    check_speech({
        {"Hello there, how are you?", "Hello there, how are you?"},
        {"नमस्ते दुनिया।", "नमस्ते दुनिया।"},
        {"क्‍ष मिलता है", "क्‍ष मिलता है"},
        {"می‌خواهم", "می‌خواهم"},
        {"It is -5 degrees, 50% (or $3.50) & more.", "It is -5 degrees, 50% (or $3.50) & more."},
        {"C# and .NET and .5 and/or 10:30", "C# and .NET and .5 and/or 10:30"},
    });
}

TEST(SpeechText, MarkdownLosesItsMarks) {
    check_speech({
        {"**Hello** *world*, _this_ is __bold__ and ~~struck~~.", "Hello world, this is bold and struck."},
        {"## A heading ##", "A heading"},
        {"- one", "one"},
        {"* [x] done", "done"},
        {"• two", "two"},
        {"1. three", "1. three"},
        {"> quoted", "quoted"},
        {"> - # all of it", "all of it"},
        {"---", ""},
        {"See [the docs](https://x.y/z_(a) \"title\").", "See the docs."},
        {"See [the docs][1] and ![a cat](cat.png).", "See the docs and a cat."},
        {"[![badge](b.svg)](https://x.y)", "badge"},
        {"[ref]: https://example.com/x", ""},
        {"Run `ls -l` or ``a ` b``.", "Run ls -l or a b."},
        {"Use the `<br>` tag", "Use the br tag"},
        {"snake_case and row[index]", "snake case and row index"},
        {"\\*not emphasis\\*", "not emphasis"},
        {"| a | b |", "a, b"},
        {"|---|:-:|", ""},
        {"3 * 4 = 12", "3 × 4 = 12"},
        {"yes -- no, a -> b", "yes — no, a b"},
    });
}

TEST(SpeechText, LinesBecomeSentences) {
    check_speech({
        {"# Title\nText here\nmore text\n- one\n- two!\n- three",
         "Title. Text here more text. one. two! three"},
        {"| a | b |\n|---|---|\n| 1 | 2 |", "a, b. 1, 2"},
    });
}

TEST(SpeechText, AddressesAreSaidAsTheirHost) {
    check_speech({
        {"Go to https://www.example.com/a/b?c=1, or not.", "Go to example.com, or not."},
        {"(http://user@host.org:80/x)", "(host.org)"},
        {"<https://example.com/a>", "example.com"},
        {"www.example.com/path.", "example.com."},
        {"example.com/path and Node.js/Express", "example.com and Node.js/Express"},
        {"请看https://example.com/路径。然后", "请看example.com。然后"},
        {"Write to jane.doe@example.com!", "Write to jane.doe at example.com!"},
        {"mailto:jane@example.com", "jane at example.com"},
        {"https://", ""},
    });
}

TEST(SpeechText, PicturesAreDropped) {
    check_speech({
        {"Hello 😀, you", "Hello, you"},
        {"👨‍👩‍👧‍👦 Family 🇩🇪 flag 👍🏽 ok", "Family flag ok"},
        {"Press 1️⃣ or #️⃣ now ❤️", "Press 1 or now"},
        {"🏴󠁧󠁢󠁥󠁮󠁧󠁿 England ☕✅⭐ → done", "England done"},
        {"Repartee™ © 2024", "Repartee 2024"},
        {"Sure :) yes ;-) <3", "Sure yes"},
        {"😀🎉", ""},
    });
}

TEST(SpeechText, TagsAsidesAndEntitiesAreResolved) {
    check_speech({
        {"<b>bo</b>ld<br/>line <!-- hidden -->end", "bold line end"},
        {"Tom &amp; Jerry &#39;hi&#x27; &hellip; AT&T", "Tom & Jerry 'hi' … AT&T"},
        {"&lt;script&gt; &eacute;", "script"},
        {"[giggles] Hello [laughs softly] there.", "Hello there."},
        {"A fact.[1] Another (see [2]).", "A fact. Another (see)."},
        {"[a: b, c] stays", "a: b, c stays"},
        {"“Yes” — it’s ‘fine’", "\"Yes\" — it's 'fine'"},
    });
}

TEST(SpeechText, PunctuationAloneIsNothing) {
    for (const char* piece :
         {"", " ", "...", "—", "\"", "**", "()", "。", "?!", "```", "[", "\u200d", "\xff"}) {
        EXPECT_EQ(speakable(piece), "") << piece;
    }
}

TEST(SpeechText, WordsTooLongToSayAreDropped) {
    EXPECT_EQ(speakable("Your key " + std::string(80, 'k') + " is here"), "Your key is here");
    EXPECT_EQ(speakable("![x](data:image/png;base64," + std::string(5000, 'A')), "");
}

TEST(SpeechText, BlocksMaySpanPieces) {
    SpeechText speech;
    EXPECT_EQ(speech.push("Look:"), "Look:");
    EXPECT_EQ(speech.push("```python\nprint(1)"), "");
    EXPECT_EQ(speech.push("x = 2"), "");
    EXPECT_EQ(speech.push("y = 2\n```"), "");
    EXPECT_EQ(speech.push("Done."), "Done.");
    EXPECT_EQ(speech.push("<think>Hm."), "");
    EXPECT_EQ(speech.push("Still."), "");
    EXPECT_EQ(speech.push("Yes.</think> Back."), "Back.");
    EXPECT_EQ(speech.push("Like so: ```\na b\n```"), "Like so:");
    EXPECT_EQ(speech.push("A slip ``` here"), "A slip here");
    EXPECT_EQ(speech.push("goes on."), "goes on.");
}

TEST(SpeechText, WhateverIsWrittenOnlySayableCharactersComeOut) {
    constexpr unsigned seed = 20240301;
    std::mt19937 random(seed);
    const std::vector<std::string> fragments = {
        "word",   " ",    "\n",    "*",       "**",           "_",        "`",  "```",
        "[",      "]",    "(",     ")",       "](",           "![",       "<",  ">",
        "<b",     "</",   "&",     "&amp;",   "&#",           "&lt;",     ";",  "#",
        "# ",     "- ",   "|",     "http://", "www.",         "a.b/c",    "@",  "😀",
        "\u200d", "\xF0", "\xFF",  "1",       "\uFE0F\u20E3", "\\",       "~",  "—",
        "-",      "é",    "字",    "。",      "<think>",      "</think>", "\"", "'",
        ".",      ",",    "\u202E"};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (unsigned count = random() % 40; count > 0; --count) {
            text += fragments[random() % fragments.size()];
        }
        const std::string said = speakable(text);
        ASSERT_TRUE(is_utf8(said)) << text;
        ASSERT_EQ(said.find_first_of("*_`[]<>{}\\|@~\n\t"), std::string::npos) << text << " => " << said;
        for (const char* unsayable : {"  ", "://", "😀", "\u200d", "\uFE0F", "\u20E3", "\u202E"}) {
            ASSERT_EQ(said.find(unsayable), std::string::npos) << text << " => " << said;
        }
        ASSERT_FALSE(said.starts_with(' ') || said.ends_with(' ')) << text << " => " << said;
    }
}

}  // namespace
}  // namespace repartee::conversation
