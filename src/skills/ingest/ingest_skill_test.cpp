#include "skills/ingest/ingest_skill.h"

#include "skills/ingest/html_text.h"
#include "skills/ingest/page_text.h"
#include "skills/ingest/passages.h"
#include "skills/try_memory.h"
#include "skills/try_skill.h"
#include "skills/try_web.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::skills::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class IngestSkillTest : public testing::Test {
protected:
    std::string said(std::string_view arguments) { return web_.ask(skill_, arguments).text; }
    std::string said_of_page(std::string_view body, std::string_view type) {
        web_.answers = {web_answer(body, type)};
        return said(fmt::format(R"({{"url":"{}"}})", web_.peer.url("/page")));
    }
    TryWeb web_;
    NotingMemory memory_;
    // This machine plays the Internet.
    IngestSkill skill_{web_.clock, &web_.http, &memory_, [](const asio::ip::address&) { return true; }};
};

TEST_F(IngestSkillTest, ReadsAText) {
    EXPECT_EQ(said(R"({"text":"Ink is a cat. She is black.","dataset_name":"cats"})"),
              "I have read it and will remember it, in one piece.");
    EXPECT_THAT(memory_.pieces, ElementsAre("Ink is a cat. She is black."));
    EXPECT_EQ(memory_.origin, "cats");
}

TEST_F(IngestSkillTest, ReadsWebPages) {
    EXPECT_EQ(
        said_of_page("<title>Cats</title><p>Ink &amp; Co.<script>x</script>", "text/html; charset=utf-8"),
        "I have read it and will remember it, in one piece.");
    EXPECT_THAT(memory_.pieces, ElementsAre("Cats Ink & Co."));
    EXPECT_EQ(memory_.origin, web_.peer.url("/page"));
    said_of_page(R"({"cats":[{"name":"Ink","legs":4}],"none":null})", "application/json");
    EXPECT_THAT(memory_.pieces, ElementsAre("name: Ink legs: 4"));
    said_of_page("caf\xE9", "text/plain");
    EXPECT_THAT(memory_.pieces, ElementsAre("café"));
    EXPECT_EQ(said_of_page("<p> </p>", "text/html"), "There is nothing to read.");
    EXPECT_THROW(said_of_page("{", "application/json"), Failure);
    EXPECT_THROW(said_of_page("x", "image/png"), Failure);
}

TEST_F(IngestSkillTest, AsksNobodyInTheHouse) {
    IngestSkill as_it_is(web_.clock, &web_.http, &memory_);
    for (const auto* url :
         {"http://127.0.0.1/", "http://localhost:8000/api", "http://169.254.169.254/latest/", "http://[::1]/",
          "file:///etc/passwd", "http://2130706433/"}) {
        auto arguments = fmt::format(R"({{"url":"{}"}})", url);
        EXPECT_THROW(web_.ask(as_it_is, arguments), Failure) << url;
    }
    EXPECT_TRUE(memory_.pieces.empty());
}

TEST_F(IngestSkillTest, CutsAtSentences) {
    EXPECT_THAT(
        said(
            R"({"text":"One two three. Four five six seven eight nine ten eleven twelve thirteen. Fourteen fifteen sixteen seventeen eighteen nineteen twenty twentyone.","chunk_size":20})"),
        HasSubstr("2 pieces"));
}

TEST_F(IngestSkillTest, RefusesWhatMakesNoSense) {
    EXPECT_EQ(said("{}"), "What should I read? I can read a web page or a text.");
    EXPECT_EQ(said(R"({"dataset_name":"cats"})"), "I have no data sets. I can read a web page or a text.");
    EXPECT_THROW(said(R"({"text":"x","chunk_size":0})"), Failure);
    std::string endless;
    while (endless.size() < most_passages * longest_passage + longest_passage) {
        endless += "All work and no play. ";
    }
    EXPECT_EQ(said_of_page(endless, "text/plain"),
              "That is too long for me to read at once. Give me a part of it.");
    EXPECT_TRUE(memory_.pieces.empty());
    IngestSkill forgetful(web_.clock, &web_.http, nullptr);
    EXPECT_THAT(try_skill(forgetful, R"({"text":"x"})").text, HasSubstr("cannot remember"));
    IngestSkill offline(web_.clock, nullptr, &memory_);
    EXPECT_EQ(try_skill(offline, R"({"url":"http://example.org/"})").text, "I cannot read web pages here.");
}

TEST(HtmlText, KeepsTheWords) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", ""},
        {"just text", "just text"},
        {"<p>One</p><p>two\n  three</p>", "One\ntwo three"},
        {"a<br>b<br/>c", "a\nb\nc"},
        {"<b>a</b><i>b</i> <u>c</u>", "ab c"},
        {"<ul><li>a<li>b</ul>", "a\nb"},
        {"<td>a</td><td>b</td>", "a b"},
        {"a<!-- <p>no</p> -->b<!-- never ends", "ab"},
        {"a<script>if (1 < 2) { '</p>' }</script>b<STYLE>x</style >c", "abc"},
        {"a<script>never ends", "a"},
        {"<a href='x>y' title=\"<b>\">link</a>", "link"},
        {"1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
        {"&lt;b&gt; &amp;amp; &#233;&#xE9; &#x110000; &#0; &nope; &;&#;",
         "<b> &amp; éé \xEF\xBF\xBD &nope; &;&#;"},
        {"<", "<"},
        {"</", ""},
        {"<title>T</title>x", "x"},
        {"<!DOCTYPE html><html><body>x", "x"},
        {"<a href=\"never ends", ""},
    };
    for (const auto& [html, text] : rows) {
        EXPECT_EQ(text_of_html(html), text) << html;
    }
    EXPECT_EQ(title_of_html("<html><head><TITLE lang=en> A &amp;\n B </title>"), "A & B");
    EXPECT_EQ(title_of_html("<p>none"), "");
}

TEST(HtmlText, TakesItsTimeFromTheLengthAlone) {
    for (const auto* part : {"<", "<a ", "<!--", "<script>", "</", "&", "&#1", "<title", "'<\"", "<a b='"}) {
        std::string html;
        while (html.size() < (2 << 20)) {
            html += part;
        }
        text_of_html(html);
        title_of_html(html);
    }
}

TEST(Passages, EndWhereSentencesDo) {
    EXPECT_THAT(passages_of("One two. Three four. Five", {.words = 4}),
                ElementsAre("One two. Three four.", "Five"));
    EXPECT_THAT(passages_of("One two. Three four five.", {.words = 4}),
                ElementsAre("One two.", "Three four five."));
    EXPECT_THAT(passages_of("One \"two.\" Three\nfour five six", {.words = 3}),
                ElementsAre("One \"two.\" Three", "four five six"));
    EXPECT_THAT(passages_of("a b c d e", {.words = 2}), ElementsAre("a b", "c d", "e"));
    EXPECT_THAT(passages_of("aaaa bbbb. cc", {.words = 9, .bytes = 5}), ElementsAre("aaaa", "bbbb.", "cc"));
    EXPECT_THAT(passages_of("ééééé x", {.words = 9, .bytes = 5}), ElementsAre("éé", "éé", "é x"));
    EXPECT_TRUE(passages_of(" \n\t ", {}).empty());
}

}  // namespace
}  // namespace repartee::skills::ingest
