#include "skills/web_service.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace repartee::skills {
namespace {

TEST(WebService, FillsInAddresses) {
    EXPECT_EQ(with_value("http://a/{q}/x?q={q}", "q", "São & {q}/.."),
              "http://a/S%C3%A3o%20%26%20%7Bq%7D%2F../x?q=S%C3%A3o%20%26%20%7Bq%7D%2F..");
    EXPECT_EQ(with_parameter("http://a/", "q", "a b"), "http://a/?q=a%20b");
    EXPECT_EQ(with_parameter("http://a/?x=1", "q", "é"), "http://a/?x=1&q=%C3%A9");
}

TEST(WebService, FindsWhatIsMeant) {
    auto value = json_or_null(R"({"a":{"b":[{"c":"x"},2,true,1.5,null]}})");
    EXPECT_EQ(text_at_path(value, "a.b.0.c"), "x");
    EXPECT_EQ(text_at_path(value, "a.b.1"), "2");
    EXPECT_EQ(text_at_path(value, "a.b.2"), "true");
    EXPECT_EQ(text_at_path(value, "a.b.3"), "1.5");
    for (const auto* path :
         {"a", "a.b", "a.b.4", "a.b.9", "a.b.-1", "a.b.x", "a.b.0.c.d", "b", "..", "a..b"}) {
        EXPECT_EQ(text_at_path(value, path), "") << path;
    }
    EXPECT_TRUE(json_or_null("{").is_null());
    EXPECT_EQ(at_path(value, ""), &value);
}

TEST(WebService, MakesOneLineOfAnything) {
    EXPECT_EQ(plain_line(" <b>Ink</b>\n is\t a   <i>cat</i>. 3 < 4 > 2 ", 100), "Ink is a cat. 3 < 4 > 2");
    EXPECT_EQ(plain_line("one two three four", 12), "one two…");
    EXPECT_EQ(plain_line("ééééé", 5), "éé…");
    EXPECT_EQ(plain_line("a\x01\x7F\xFF\xC2\xA0z", 10), "a z");
    EXPECT_EQ(plain_line("", 10), "");
    EXPECT_EQ(plain_line("a <unclosed", 20), "a <unclosed");
}

}  // namespace
}  // namespace repartee::skills
