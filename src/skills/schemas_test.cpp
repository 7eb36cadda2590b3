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

// Tools of other programs come with schemas of any kind.
std::string checked_by(std::string_view parameters, std::string_view arguments) {
    SkillSchema tool{.name = "tool", .description = {}, .parameters = json::parse(parameters).as_object()};
    auto result = check_arguments(tool, json::parse(arguments).as_object());
    return result ? json::serialize(*result) : "error: " + result.error().message;
}

TEST(CheckArguments, ChoosesTheKindThatFits) {
    const auto* either =
        R"({"properties":{"a":{"anyOf":[{"type":"number"},{"type":"string"},{"type":"null"}]}}})";
    EXPECT_EQ(checked_by(either, R"({"a":5})"), R"({"a":5})");
    EXPECT_EQ(checked_by(either, R"({"a":"5"})"), R"({"a":"5"})");
    EXPECT_EQ(checked_by(either, R"({"a":null})"), R"({})");
    EXPECT_EQ(checked_by(either, R"({"a":[1]})").substr(0, 6), "error:");
    const auto* shapes = R"({"properties":{"a":{"oneOf":[
        {"type":"object","properties":{"kind":{"const":"x"},"size":{"type":"integer"}},"required":["kind","size"]},
        {"type":"object","properties":{"kind":{"const":"y"}},"required":["kind"]}]}}})";
    EXPECT_EQ(checked_by(shapes, R"({"a":{"kind":"x","size":"3"}})"), R"({"a":{"kind":"x","size":3}})");
    EXPECT_EQ(checked_by(shapes, R"({"a":{"kind":"y"}})"), R"({"a":{"kind":"y"}})");
    EXPECT_EQ(checked_by(shapes, R"({"a":{"kind":"z"}})"), "error: 'a.kind' must be \"y\"");
}

TEST(CheckArguments, KeepsNullsThatAreWanted) {
    const auto* schema =
        R"({"properties":{"a":{"type":["string","null"]},"b":{"type":"string"}},"required":["a"]})";
    EXPECT_EQ(checked_by(schema, R"({"a":null,"b":null})"), R"({"a":null})");
    EXPECT_EQ(checked_by(schema, R"({"b":"x"})"), "error: 'a' is missing");
}

TEST(CheckArguments, LooksIntoWhatIsNested) {
    const auto* schema = R"({"properties":{"list":{"type":"array","minItems":1,"maxItems":2,
        "items":{"type":"object","properties":{"n":{"type":"integer","exclusiveMinimum":0}},"required":["n"]}}},
        "additionalProperties":{"type":"boolean"}})";
    EXPECT_EQ(checked_by(schema, R"({"list":[{"n":1}],"more":"true"})"), R"({"list":[{"n":1}],"more":true})");
    EXPECT_EQ(checked_by(schema, R"({"list":[]})"), "error: 'list' must be at least 1 items");
    EXPECT_EQ(checked_by(schema, R"({"list":[{"n":1},{"n":1},{"n":1}]})"),
              "error: 'list' must be at most 2 items");
    EXPECT_EQ(checked_by(schema, R"({"list":[{"n":0}]})"), "error: 'list[].n' must be more than 0");
    EXPECT_EQ(checked_by(schema, R"({"list":[{}]})"), "error: 'list[].n' is missing");
    EXPECT_EQ(checked_by(schema, R"({"more":7})"), "error: 'more' must be of type boolean");
    EXPECT_EQ(
        checked_by(R"({"properties":{"a":{"allOf":[{"type":"string"},{"maxLength":2}]}}})", R"({"a":"abc"})"),
        "error: 'a' must be at most 2 characters");
}

TEST(CheckArguments, IsNotTalkedIntoTooMuch) {
    const auto* free = R"({"properties":{"a":{"type":"string"}}})";
    EXPECT_EQ(checked_by(free, R"({"a":")" + std::string(70'000, 'x') + R"("})"),
              "error: that is too much at once");
    json::object schema{{"type", "string"}};
    json::value value = "x";
    for (int i = 0; i < 20; ++i) {
        schema = {{"properties", json::object{{"a", std::move(schema)}}}};
        value = json::object{{"a", std::move(value)}};
    }
    SkillSchema tool{.name = "tool", .description = {}, .parameters = std::move(schema)};
    auto result = check_arguments(tool, std::move(value.as_object()));
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().message.ends_with("is nested too deeply"));
}

}  // namespace
}  // namespace repartee::skills
