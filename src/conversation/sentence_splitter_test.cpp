#include "conversation/sentence_splitter.h"

#include "base/utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace repartee::conversation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Texts = std::vector<std::string>;

Texts texts_of(const std::vector<Piece>& pieces) {
    Texts texts;
    for (const Piece& piece : pieces) {
        texts.push_back(piece.text);
    }
    return texts;
}

void take_all(SentenceSplitter& splitter, std::vector<Piece>& pieces) {
    while (auto piece = splitter.next()) {
        pieces.push_back(*std::move(piece));
    }
}

// Pushes `text` in deltas of `step` bytes, taking pieces as they come.
std::vector<Piece> split(std::string_view text, std::size_t step = std::string_view::npos,
                         SplitterLimits limits = {}) {
    SentenceSplitter splitter(limits);
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at < text.size(); at += std::min(step, text.size() - at)) {
        splitter.push(text.substr(at, step));
        take_all(splitter, pieces);
    }
    splitter.finish();
    take_all(splitter, pieces);
    return pieces;
}

// As a later part of a reply: without the first, short clause.
Texts sentences(std::string_view text) {
    return texts_of(split(text, std::string_view::npos, {.first_clause_words = 1000}));
}

// ---- tables --------------------------------------------------------------------------------------

struct Case {
    std::string_view text;
    Texts pieces;
};

void check(const std::vector<Case>& cases) {
    for (const Case& each : cases) {
        EXPECT_EQ(sentences(each.text), each.pieces) << each.text;
    }
}

TEST(SentenceSplitter, EndsSentencesInAnyScript) {
    check({
        {"Hello there. How are you? Fine!", {"Hello there.", "How are you?", "Fine!"}},
        {"Really?! Yes!!! Good.", {"Really?!", "Yes!!!", "Good."}},
        {"नमस्ते दुनिया। मैं ठीक हूँ॥ अच्छा", {"नमस्ते दुनिया।", "मैं ठीक हूँ॥", "अच्छा"}},
        {"今天很好。我们走吧！好吗？好", {"今天很好。", "我们走吧！", "好吗？", "好"}},
        {"كيف حالك؟ أنا بخير۔ شكرا", {"كيف حالك؟", "أنا بخير۔", "شكرا"}},
        {"ሰላም ነው። እሺ", {"ሰላም ነው።", "እሺ"}},
        {"Привет. Как дела? Хорошо", {"Привет.", "Как дела?", "Хорошо"}},
        {"¿Qué tal? Muy bien.", {"¿Qué tal?", "Muy bien."}},
    });
}

TEST(SentenceSplitter, KeepsNumbersAbbreviationsAndInitialsWhole) {
    check({
        {"Pi is 3.14 or so. Yes.", {"Pi is 3.14 or so.", "Yes."}},
        {"It costs 1,000.50 now. Ok.", {"It costs 1,000.50 now.", "Ok."}},
        {"Dr. Smith met Mr. Jones. They talked.", {"Dr. Smith met Mr. Jones.", "They talked."}},
        {"Use fruit, e.g. apples, i.e. food. Ok.", {"Use fruit, e.g. apples, i.e. food.", "Ok."}},
        {"At 5 p.m. in the U.S. it is 11 a.m. elsewhere. Ok.",
         {"At 5 p.m. in the U.S. it is 11 a.m. elsewhere.", "Ok."}},
        {"J. R. R. Tolkien wrote it. So do I. Bye.", {"J. R. R. Tolkien wrote it.", "So do I.", "Bye."}},
        {"No. It is No. 5 on Jan. 3 here.", {"No.", "It is No. 5 on Jan. 3 here."}},
        {"Apples etc. are good. Pears etc. Done.", {"Apples etc. are good.", "Pears etc.", "Done."}},
        {"(See Fig. 2.) Next.", {"(See Fig. 2.)", "Next."}},
        {"Она живёт на ул. Мира и т.д. и работает. Да.", {"Она живёт на ул. Мира и т.д. и работает.", "Да."}},
        {"Use .NET or example.com today. Ok.", {"Use .NET or example.com today.", "Ok."}},
    });
}

TEST(SentenceSplitter, AnEllipsisEndsASentenceOnlyBeforeANewOne) {
    check({
        {"Wait... what is it? Hm.", {"Wait... what is it?", "Hm."}},
        {"Well… then so be it.", {"Well… then so be it."}},
        {"I wonder... Perhaps.", {"I wonder...", "Perhaps."}},
        {"Hmm… Yes.", {"Hmm…", "Yes."}},
        {"他说……然后走了。好", {"他说……然后走了。", "好"}},
    });
}

TEST(SentenceSplitter, ClosersStayWithTheirSentence) {
    check({
        {"He said \"Stop.\" Then he left.", {"He said \"Stop.\"", "Then he left."}},
        {"\"Stop!\" she said. \"Why?\" he asked.", {"\"Stop!\" she said.", "\"Why?\" he asked."}},
        {"“Go.” Then (really.) Next", {"“Go.”", "Then (really.)", "Next"}},
        {"「好的！」他说。", {"「好的！」", "他说。"}},
        {"你好。\"再见。\"", {"你好。", "\"再见。\""}},
        {"**Bold.** Next.", {"**Bold.**", "Next."}},
        {"Great!😀 Next.", {"Great!😀", "Next."}},
    });
}

TEST(SentenceSplitter, LinesAndListItemsArePieces) {
    check({
        {"# Title\nText here\n\n- one\n- two. Three", {"# Title", "Text here", "- one", "- two.", "Three"}},
        {"1. First item.\n2. Second\n**3.** Third", {"1. First item.", "2. Second", "**3.** Third"}},
        {"Line one\r\nLine two", {"Line one", "Line two"}},
        {"It was 1999. Then", {"It was 1999.", "Then"}},
    });
}

TEST(SentenceSplitter, DoesNotCutInsideMarkup) {
    check({
        {"See https://example.com/a.b?c=1! Ok.", {"See https://example.com/a.b?c=1!", "Ok."}},
        {"The [link. Text, here](http://x.y/z. \"t. x\") is good. Ok.",
         {"The [link. Text, here](http://x.y/z. \"t. x\") is good.", "Ok."}},
        {"![A cat. Big](cat.png) Look. Ok.", {"![A cat. Big](cat.png) Look.", "Ok."}},
        {"Run `a. b. c` now. Ok.", {"Run `a. b. c` now.", "Ok."}},
        {"<a title=\"x. y\">Go</a> there. Ok.", {"<a title=\"x. y\">Go</a> there.", "Ok."}},
        {"Code:\n```py\na. b\n\nc! d\n```\nDone. Ok.", {"Code:", "```py\na. b\n\nc! d\n```", "Done.", "Ok."}},
        {"Like this: ```\na. b\n``` Done. Ok\n```\nBye", {"Like this: ```\na. b\n``` Done. Ok\n```", "Bye"}},
        {"~~~\na. b\n~~~\nDone", {"~~~\na. b\n~~~", "Done"}},
        {"<think>One. Two.\nThree</think>Four. Five", {"<think>One. Two.\nThree</think>", "Four.", "Five"}},
    });
}

TEST(SentenceSplitter, ALoneBracketDoesNotHoldTheRestBack) {
    std::string text = "The range [0, 1)";
    for (int word = 0; word < 60; ++word) {
        text += " is open";
    }
    const Texts pieces = sentences(text + ". Next one. Last.");
    ASSERT_GT(pieces.size(), 2u);
    EXPECT_EQ(pieces[pieces.size() - 2], "Next one.");
    EXPECT_THAT(sentences("A `lone tick\nNext one. Last."),
                ElementsAre("A `lone tick", "Next one.", "Last."));
}

// ---- the first clause ----------------------------------------------------------------------------

TEST(SentenceSplitter, TheFirstPieceIsAShortClause) {
    const std::vector<Case> cases = {
        {"Sure, I can help with that, of course, today. Now, then.",
         {"Sure, I can help with that,", "of course, today.", "Now, then."}},
        {"I think so: it will rain. Yes, a lot.", {"I think so:", "it will rain.", "Yes, a lot."}},
        {"That is fine — really. Ok, good, yes, go.", {"That is fine —", "really.", "Ok, good, yes, go."}},
        {"That is fine - really.", {"That is fine -", "really."}},
        {"It is a well-known fact.", {"It is a well-known fact."}},
        {"It costs about 1,000 euros at 10:30 sharp.", {"It costs about 1,000 euros at 10:30 sharp."}},
        {"He said \"well, yes, sure,\" and left.", {"He said \"well,", "yes, sure,\" and left."}},
        {"今天天气很好，我们去公园。好，走", {"今天天气很好，", "我们去公园。", "好，走"}},
        {"你好，我是助手。", {"你好，我是助手。"}},
        {"أنا بخير اليوم، شكرا لك.", {"أنا بخير اليوم،", "شكرا لك."}},
        {"Yes. Well, that is one, two.", {"Yes.", "Well, that is one, two."}},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(texts_of(split(each.text)), each.pieces) << each.text;
    }
}

TEST(SentenceSplitter, ABlockOfCodeIsNotTheFirstClause) {
    EXPECT_THAT(texts_of(split("```\nx\n```\nThis is the code, as you asked.")),
                ElementsAre("```\nx\n```", "This is the code,", "as you asked."));
}

// ---- streaming -----------------------------------------------------------------------------------

TEST(SentenceSplitter, GivesASentenceAsSoonAsTheNextCharacterTells) {
    SentenceSplitter splitter;
    splitter.push("Hello there.");
    EXPECT_FALSE(splitter.next());
    splitter.push(" ");
    EXPECT_EQ(splitter.next().value().text, "Hello there.");
    splitter.push("你好。");
    EXPECT_FALSE(splitter.next());
    splitter.push("我");
    EXPECT_EQ(splitter.next().value().text, "你好。");
}

TEST(SentenceSplitter, AReplyMayGoOnBehindFinish) {
    SentenceSplitter splitter;
    splitter.push("Let me look");
    splitter.finish();
    splitter.push(" that up, right now, ok. Here");
    std::vector<Piece> pieces;
    take_all(splitter, pieces);
    splitter.finish();
    take_all(splitter, pieces);
    EXPECT_THAT(texts_of(pieces), ElementsAre("Let me look", "that up, right now, ok.", "Here"));
    EXPECT_EQ(pieces[1].begin, 12u);
}

TEST(SentenceSplitter, NothingComesOfNothing) {
    EXPECT_THAT(split(""), IsEmpty());
    EXPECT_THAT(split(" \n\t\u00a0\u3000"), IsEmpty());
    SentenceSplitter splitter;
    splitter.finish();
    EXPECT_FALSE(splitter.next());
}

// ---- limits --------------------------------------------------------------------------------------

TEST(SentenceSplitter, CutsAnEndlessSentenceBetweenWords) {
    std::string text;
    for (int word = 0; word < 200; ++word) {
        text += "word" + std::to_string(word) + " ";
    }
    const auto pieces = split(text);
    EXPECT_GT(pieces.size(), 4u);
    for (const Piece& piece : pieces) {
        EXPECT_LE(piece.text.size(), SplitterLimits{}.longest_piece);
        EXPECT_TRUE(piece.text.starts_with("word"));
        EXPECT_EQ(text[piece.end], ' ');
    }
}

TEST(SentenceSplitter, PrefersAClauseWhenASentenceGetsTooLong) {
    const SplitterLimits limits{.first_clause_words = 1000, .longest_piece = 40};
    EXPECT_THAT(
        texts_of(split("It was a long, long way to go, so we took 1,000,000 steps together", 1, limits)),
        ElementsAre("It was a long, long way to go,", "so we took 1,000,000 steps together"));
}

TEST(SentenceSplitter, CutsUnspacedScriptsBetweenCharacters) {
    std::string text;
    for (int count = 0; count < 300; ++count) {
        text += "字";
    }
    const auto pieces = split(text, 1);
    ASSERT_THAT(pieces, SizeIs(2));
    EXPECT_TRUE(is_utf8(pieces[0].text));
    EXPECT_EQ(pieces[0].text.size(), 3 * (SplitterLimits{}.longest_piece - 1));
}

TEST(SentenceSplitter, HoldsNoMoreThanABlock) {
    const std::string endless(100'000, 'x');
    for (const std::string& opening :
         {std::string(), std::string("<think>"), std::string("```\n"), std::string("[a](")}) {
        const auto pieces = split(opening + endless, 1000);
        EXPECT_GT(pieces.size(), 20u) << opening;
        for (const Piece& piece : pieces) {
            EXPECT_LE(piece.text.size(), SplitterLimits{}.longest_block) << opening;
        }
    }
}

TEST(SentenceSplitter, KnowsTheEndOfABlockThatWasCut) {
    std::string text = "```\n";
    for (int line = 0; line < 1000; ++line) {
        text += "line. Line\n";
    }
    text += "```\nAfter it. Done.";
    const auto pieces = texts_of(split(text, 7));
    ASSERT_GT(pieces.size(), 4u);
    EXPECT_EQ(pieces[pieces.size() - 2], "After it.");
    EXPECT_THAT(pieces, SizeIs(testing::Lt(8u)));
}

// ---- properties ----------------------------------------------------------------------------------

// Fragments that meet in unforeseen ways.
std::string random_text(std::mt19937& random) {
    static const Texts fragments = {
        "word",   "Word",     " ",       " ",       "  ",       "\n",   ".",    ". ", "...",
        "!",      "? ",       ", ",      "。",      "，",       "字",   "नम",   "।",  "\"",
        "'",      "“",        "”",       "(",       ")",        "[",    "](",   "]",  "`",
        "```",    "```\n",    "\n~~~\n", "<think>", "</think>", "<b>",  "<",    ">",  "http://a.b/c",
        "3.14",   "e.g. ",    "Dr. ",    "1. ",     "- ",       "**",   "…",    "—",  "😀",
        "\u200d", "\xF0\x9F", "\xFF",    "É",       "ไทย",      "\r\n", "U.S. "};
    std::string text;
    const std::size_t count = random() % 120;
    for (std::size_t index = 0; index < count; ++index) {
        text += fragments[random() % fragments.size()];
    }
    return text;
}

bool is_blank(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (std::string_view(" \n\r\t").find(text[at]) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

TEST(SentenceSplitter, PiecesCoverTheTextInOrderHoweverItArrives) {
    constexpr unsigned seed = 20240229;
    std::mt19937 random(seed);
    for (int round = 0; round < 300; ++round) {
        const std::string text = random_text(random);
        const SplitterLimits limits{.longest_piece = 20 + random() % 200,
                                    .longest_block = 100 + random() % 400};
        const auto pieces = split(text, std::string_view::npos, limits);
        std::size_t end = 0;
        for (const Piece& piece : pieces) {
            ASSERT_LE(end, piece.begin);
            ASSERT_TRUE(is_blank(std::string_view(text).substr(end, piece.begin - end))) << text;
            ASSERT_EQ(text.substr(piece.begin, piece.end - piece.begin), piece.text);
            ASSERT_FALSE(piece.text.empty());
            end = piece.end;
        }
        ASSERT_TRUE(is_blank(std::string_view(text).substr(end))) << text;
        ASSERT_EQ(texts_of(split(text, 1, limits)), texts_of(pieces)) << text;
        ASSERT_EQ(texts_of(split(text, 3, limits)), texts_of(pieces)) << text;
    }
}

}  // namespace
}  // namespace repartee::conversation
