#include "skills/skill.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace repartee::skills {
namespace {

namespace json = boost::json;

SkillSchema schema() {
    return {.name = "lamp",
            .description = "Switches a lamp.",
            .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "operation": {"type": "string", "enum": ["on", "off"]},
                    "room": {"type": "string", "maxLength": 5},
                    "percent": {"type": "integer", "minimum": 0, "maximum": 100},
                    "seconds": {"type": "number"},
                    "gently": {"type": "boolean"},
                    "colours": {"type": "array", "items": {"type": "string"}},
                    "place": {"type": "object", "properties": {"floor": {"type": "integer"}}, "required": ["floor"]}
                },
                "required": ["operation"]
            })")
                              .as_object()};
}

// The cleaned arguments as text, or "error: " and the message.
std::string checked(std::string_view arguments) {
    auto result = check_arguments(schema(), json::parse(arguments).as_object());
    return result ? json::serialize(*result) : "error: " + result.error().message;
}

TEST(CheckArguments, PassesWhatFits) {
    EXPECT_EQ(checked(R"({"operation":"on","percent":40})"), R"({"operation":"on","percent":40})");
}

TEST(CheckArguments, DropsUnknownKeys) {
    EXPECT_EQ(checked(R"({"operation":"on","password":"x"})"), R"({"operation":"on"})");
    EXPECT_EQ(checked(R"({"operation":"on","place":{"floor":1,"planet":"x"}})"),
              R"({"operation":"on","place":{"floor":1}})");
}

TEST(CheckArguments, NamesWhatIsMissing) {
    EXPECT_EQ(checked(R"({"percent":40})"), "error: 'operation' is missing");
    EXPECT_EQ(checked(R"({"operation":null})"), "error: 'operation' is missing");
    EXPECT_EQ(checked(R"({"operation":"on","place":{}})"), "error: 'place.floor' is missing");
}

TEST(CheckArguments, ObeysEnums) {
    EXPECT_EQ(checked(R"({"operation":"explode"})"), R"(error: 'operation' must be one of ["on","off"])");
}

TEST(CheckArguments, RefusesWrongTypes) {
    EXPECT_EQ(checked(R"({"operation":["on"]})"), "error: 'operation' must be of type string");
    EXPECT_EQ(checked(R"({"operation":"on","percent":"much"})"), "error: 'percent' must be of type integer");
    EXPECT_EQ(checked(R"({"operation":"on","percent":1.5})"), "error: 'percent' must be of type integer");
    EXPECT_EQ(checked(R"({"operation":"on","gently":1})"), "error: 'gently' must be of type boolean");
    EXPECT_EQ(checked(R"({"operation":"on","colours":[{}]})"), "error: 'colours[]' must be of type string");
    EXPECT_EQ(checked(R"({"operation":"on","place":{"floor":"top"}})"),
              "error: 'place.floor' must be of type integer");
}

TEST(CheckArguments, ForgivesHowSmallModelsWriteValues) {
    EXPECT_EQ(checked(R"({"operation":"on","percent":"40"})"), R"({"operation":"on","percent":40})");
    EXPECT_EQ(checked(R"({"operation":"on","percent":40.0})"), R"({"operation":"on","percent":40})");
    EXPECT_EQ(checked(R"({"operation":"on","room":12})"), R"({"operation":"on","room":"12"})");
    EXPECT_EQ(checked(R"({"operation":"on","gently":"true"})"), R"({"operation":"on","gently":true})");
    EXPECT_EQ(checked(R"({"operation":"on","seconds":null})"), R"({"operation":"on"})");
}

TEST(CheckArguments, ObeysRangesAndLengths) {
    EXPECT_EQ(checked(R"({"operation":"on","percent":101})"), "error: 'percent' must be at most 100");
    EXPECT_EQ(checked(R"({"operation":"on","percent":-1})"), "error: 'percent' must be at least 0");
    EXPECT_EQ(checked(R"({"operation":"on","room":"cellar"})"), "error: 'room' must be at most 5 characters");
    EXPECT_EQ(checked("{\"operation\":\"on\",\"room\":\"K\xC3\xBC"
                      "che\"}"),
              "{\"operation\":\"on\",\"room\":\"K\xC3\xBC"
              "che\"}");
}

TEST(CheckArguments, TakesNothingWhereNothingIsDescribed) {
    auto result = check_arguments(SkillSchema{.name = "x", .description = {}, .parameters = {}}, {{"a", 1}});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->empty());
}

}  // namespace
}  // namespace repartee::skills
