#include "surfaces/voice_ai/validation.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <algorithm>

namespace repartee::surfaces::voice_ai {
namespace {

namespace json = boost::json;

const Operation& operation(std::string_view id) {
    return *std::ranges::find(operations(), id, &Operation::id);
}

net::Request with_body(std::string body, std::string type = "application/json") {
    net::Request request{.id = "r1", .body = std::move(body)};
    request.headers.add("Content-Type", std::move(type));
    return request;
}

Input read(std::string_view id, std::string body, std::string type = "application/json") {
    return read_input(operation(id), with_body(std::move(body), std::move(type)));
}

// The only issue, as text.
std::string issue(std::string_view id, std::string body, std::string type = "application/json") {
    auto input = read(id, std::move(body), std::move(type));
    return input.issues.size() == 1 ? json::serialize(input.issues.front()) : json::serialize(input.issues);
}

TEST(Validation, WhatIsWholeIsTaken) {
    auto input = read("send_message", R"({"message":"Hello","session_id":"s","user_id":"7","more":1})");
    EXPECT_TRUE(input.issues.empty());
    EXPECT_EQ(json::serialize(input.body), R"({"message":"Hello","session_id":"s","user_id":7})");
}

TEST(Validation, WhatIsMissingIsNamedAsFastApiDoes) {
    auto input = read("send_message", R"({"message":"Hello"})");
    ASSERT_EQ(input.issues.size(), 2U);
    EXPECT_EQ(
        json::serialize(input.issues[0]),
        R"({"type":"missing","loc":["body","session_id"],"msg":"Field required","input":{"message":"Hello"}})");
    EXPECT_EQ(input.issues[1].at("loc"), (json::array{"body", "user_id"}));
    EXPECT_EQ(issue("send_message", ""),
              R"({"type":"missing","loc":["body"],"msg":"Field required","input":null})");
}

TEST(Validation, WrongTypesAreNamed) {
    auto told = [](const std::string& value) {
        auto found = read("send_message", R"({"message":"m","session_id":"s","user_id":)" + value + "}");
        return found.issues.empty() ? std::string("taken")
                                    : std::string(found.issues.front().at("type").as_string());
    };
    EXPECT_EQ(told("1"), "taken");
    EXPECT_EQ(told("1.0"), "taken");
    EXPECT_EQ(told("\" 12 \""), "taken");
    EXPECT_EQ(told("\"one\""), "int_parsing");
    EXPECT_EQ(told("\"\""), "int_parsing");
    EXPECT_EQ(told("\"99999999999999999999\""), "int_parsing");
    EXPECT_EQ(told("1.5"), "int_from_float");
    EXPECT_EQ(told("1e300"), "int_parsing_size");
    EXPECT_EQ(told("99999999999999999999"), "int_parsing_size");
    EXPECT_EQ(told("null"), "int_type");
    EXPECT_EQ(told("[1]"), "int_type");
    EXPECT_EQ(
        issue("send_message", R"({"message":7,"session_id":"s","user_id":1})"),
        R"({"type":"string_type","loc":["body","message"],"msg":"Input should be a valid string","input":7})");
}

TEST(Validation, BodiesThatAreNoJsonAreToldWhere) {
    auto broken = json::parse(issue("send_message", R"({"message": nope})"));
    EXPECT_EQ(broken.at("type"), "json_invalid");
    EXPECT_EQ(broken.at("msg"), "JSON decode error");
    EXPECT_EQ(broken.at("loc").at(0), "body");
    EXPECT_NEAR(static_cast<double>(broken.at("loc").at(1).as_int64()), 12, 1);
    EXPECT_TRUE(broken.at("ctx").at("error").is_string());
    for (const char* body : {"{", "{} {}", "\"", "{\"a\":\"\xff\"}", "[1,", "nul"}) {
        EXPECT_THAT(issue("send_message", body), testing::HasSubstr("json_invalid")) << body;
    }
    EXPECT_THAT(issue("send_message", std::string(100'000, '[')), testing::HasSubstr("json_invalid"));
    for (const char* body : {"[]", "7", "\"text\"", "null"}) {
        EXPECT_THAT(issue("send_message", body), testing::HasSubstr("model_attributes_type")) << body;
    }
    EXPECT_THAT(issue("send_message", "a=1", "application/x-www-form-urlencoded"),
                testing::HasSubstr("model_attributes_type"));
}

TEST(Validation, TextsHaveTheirLimits) {
    std::string longest(longest_message, 'x');
    EXPECT_TRUE(read("send_message", R"({"message":")" + longest + R"(","session_id":"s","user_id":1})")
                    .issues.empty());
    EXPECT_THAT(issue("send_message", R"({"message":")" + longest + R"(x","session_id":"s","user_id":1})"),
                testing::HasSubstr(R"("type":"string_too_long")"));
    // Characters, not bytes.
    std::string umlauts;
    for (int i = 0; i < longest_session_id; ++i) {
        umlauts += "\u00fc";
    }
    EXPECT_TRUE(read("send_message", R"({"message":"m","session_id":")" + umlauts + R"(","user_id":1})")
                    .issues.empty());
    EXPECT_THAT(issue("send_message", R"({"message":"a\u0000b","session_id":"s","user_id":1})"),
                testing::HasSubstr("value_error"));
    EXPECT_THAT(issue("change_profile", R"({"voice_speed":4.5})"),
                testing::HasSubstr("Input should be less than or equal to 4"));
    EXPECT_THAT(issue("change_profile", R"({"language":"en; DROP TABLE"})"),
                testing::HasSubstr("string_pattern_mismatch"));
    EXPECT_THAT(issue("add_key", R"({"name":"x","scopes":["chat","root"]})"),
                testing::HasSubstr(R"("loc":["body","scopes",1])"));
}

TEST(Validation, SecretsAreNotShownAgain) {
    EXPECT_THAT(issue("register", R"({"email":"a@b.c","password":"hush-hush"})"),
                testing::AllOf(testing::HasSubstr("full_name"), testing::Not(testing::HasSubstr("hush"))));
    EXPECT_THAT(issue("change_profile", R"({"provider_keys":{"openai":")" + std::string(501, 'k') + R"("}})"),
                testing::Not(testing::HasSubstr("kkk")));
    EXPECT_THAT(issue("change_profile", R"({"provider_keys":{"openai":["kkk"]},"persona_name":"P"})"),
                testing::AllOf(testing::HasSubstr("string_type"), testing::Not(testing::HasSubstr("kkk"))));
    EXPECT_THAT(issue("change_profile", R"({"provider_keys":"kkk"})"),
                testing::AllOf(testing::HasSubstr("dict_type"), testing::Not(testing::HasSubstr("kkk"))));
    // Nor under a name that was mistyped, nor where the whole body is something else.
    for (auto body : {R"({"email":"a@b.c","pasword":"hush-hush"})", R"(["hush-hush"])", R"("hush-hush")"}) {
        EXPECT_THAT(issue("register", body), testing::Not(testing::HasSubstr("hush"))) << body;
    }
    EXPECT_THAT(issue("register", R"({"password":"hush-hush"})", "text/plain"),
                testing::AllOf(testing::HasSubstr("model_attributes_type"),
                               testing::Not(testing::HasSubstr("hush"))));
}

TEST(Validation, WhatIsLargeIsNotShownAgain) {
    auto answer = issue("send_message",
                        R"({"message":")" + std::string(100'000, 'x') + R"(","session_id":"s","user_id":1})");
    EXPECT_LT(answer.size(), 2000U);
}

TEST(Validation, FormsAreForms) {
    EXPECT_EQ(json::serialize(read("log_in", "username=a%40b.c&password=x+y&grant_type=password",
                                   "application/x-www-form-urlencoded")
                                  .body),
              R"({"grant_type":"password","username":"a@b.c","password":"x y"})");
    auto as_json = read("log_in", R"({"username":"a","password":"b"})");
    ASSERT_EQ(as_json.issues.size(), 2U);
    EXPECT_EQ(json::serialize(as_json.issues[0]),
              R"({"type":"missing","loc":["body","username"],"msg":"Field required","input":null})");
    EXPECT_THAT(issue("log_in", "username=a&password=b&grant_type=code", "application/x-www-form-urlencoded"),
                testing::HasSubstr("string_pattern_mismatch"));
    std::string multipart =
        "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\na\r\n"
        "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nb\r\n--x--\r\n";
    EXPECT_EQ(json::serialize(read("log_in", multipart, "multipart/form-data; boundary=x").body),
              R"({"username":"a","password":"b"})");
    EXPECT_THAT(issue("log_in", "username=%ff&password=b", "application/x-www-form-urlencoded"),
                testing::AllOf(testing::HasSubstr("string_unicode"), testing::HasSubstr(R"("input":null)")));
}

TEST(Validation, ParametersHaveDefaultsAndLimits) {
    net::Request request{.query = "q=cat&limit=7"};
    auto input = read_input(operation("list_conversations"), request);
    EXPECT_TRUE(input.issues.empty());
    EXPECT_EQ(json::serialize(input.parameters), R"({"q":"cat","limit":7,"before":""})");
    request.query = "limit=1000";
    EXPECT_THAT(
        json::serialize(read_input(operation("list_conversations"), request).issues),
        testing::AllOf(testing::HasSubstr("less_than_equal"), testing::HasSubstr(R"(["query","limit"])")));
}

TEST(Validation, TheAnswerIsFastApisWithOurWordsBesides) {
    auto input = read("send_message", "{}");
    auto response = unprocessable(with_body("{}"), input.issues);
    EXPECT_EQ(response.status, 422);
    auto body = json::parse(response.body);
    EXPECT_EQ(body.at("detail").as_array().size(), 3U);
    EXPECT_EQ(body.at("code"), "unprocessable");
    EXPECT_EQ(body.at("request_id"), "r1");
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
