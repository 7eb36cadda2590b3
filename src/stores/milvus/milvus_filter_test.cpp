#include "stores/milvus/milvus_filter.h"

#include <gtest/gtest.h>

namespace repartee::stores::milvus {
namespace {

namespace json = boost::json;

Filter some_filter(const std::string& owner) {
    return {.text = "owner == {owner} and id in {keys} and revision > {least}",
            .values = {{"owner", owner}, {"keys", json::array{"a", "b\"c"}}, {"least", 7}}};
}

TEST(MilvusFilter, KeepsValuesApart) {
    json::object body;
    add_filter(body, some_filter("user/7"), FilterForm::Templates);
    EXPECT_EQ(body.at("filter"), "owner == {owner} and id in {keys} and revision > {least}");
    EXPECT_EQ(body.at("exprParams").as_object().at("owner"), "user/7");
}

TEST(MilvusFilter, QuotesThemForServersThatKnowNoTemplates) {
    json::object body;
    add_filter(body, some_filter("x\" or 1 == 1 or owner == \"{keys}\\"), FilterForm::Literals);
    EXPECT_EQ(body.at("filter"),
              R"(owner == "x\" or 1 == 1 or owner == \"{keys}\\" and id in ["a", "b\"c"] and revision > 7)");
    EXPECT_FALSE(body.contains("exprParams"));
}

TEST(MilvusFilter, HasNoRawLineEndingsInQuotes) {
    EXPECT_EQ(quoted_literal("a\nb\tc\r"), R"("a\nb\tc\r")");
    EXPECT_EQ(quoted_literal("\xC3\xA4"), "\"\xC3\xA4\"");
}

}  // namespace
}  // namespace repartee::stores::milvus
