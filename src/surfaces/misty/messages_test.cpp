#include "surfaces/misty/messages.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace repartee::surfaces::misty {
namespace {

namespace json = boost::json;

std::string body_of(const net::Response& response, std::string_view key) {
    return json::serialize(json::parse(response.body).as_object().at(key));
}

net::Request request() {
    net::Request request;
    request.id = "r-1";
    return request;
}

TEST(TestMessage, IsPrintedAsPythonWould) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"message":"Hello"})", "Hello"}, {R"({"message":""})", ""},        {"{}", "None"},
        {R"({"message":null})", "None"},     {R"({"message":true})", "True"},  {R"({"message":7})", "7"},
        {R"({"message":[1,2]})", "[1,2]"},   {R"({"message":false})", "False"}};
    for (auto [body, message] : rows) {
        auto parsed = parse_test(body);
        ASSERT_TRUE(parsed) << body;
        EXPECT_EQ(*parsed, message);
    }
    for (auto body : {"", "null", "[]", "{", "Hello"}) {
        ASSERT_FALSE(parse_test(body)) << body;
        EXPECT_EQ(parse_test(body).error().kind, ErrorKind::Malformed);
    }
    EXPECT_EQ(test_reply("Hello \"you\""), R"({"reply":"Server received: Hello \"you\""})");
}

TEST(ActionMessage, KnowsEveryAction) {
    for (const auto& [name, action] : devices::action_names) {
        auto parsed = parse_action(R"({"action":")" + std::string(name) + R"("})");
        ASSERT_TRUE(parsed) << name;
        EXPECT_EQ(parsed->action, action);
        EXPECT_FALSE(parsed->colour);
    }
    EXPECT_EQ(action_taken(), R"({"status":"ok"})");
}

TEST(ActionMessage, SaysWhatIsWrongWithIt) {
    const std::pair<std::string, std::string_view> rows[] = {
        {"{}", "No action provided"},
        {R"({"action":""})", "No action provided"},
        {R"({"action":null})", "No action provided"},
        {R"({"action":7})", "No action provided"},
        {R"({"action":"fly"})", "Unknown action: fly"},
        {R"({"action":"Dance"})", "Unknown action: Dance"},
        {R"({"action":")" + std::string(1000, 'x') + R"("})",
         "Unknown action: xxxxxxxxxxxxxxxxxxxxxxxx"
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
        {"dance", "The body must be a JSON object."},
        {R"({"action":"led_color","red":256})", "red must be a whole number from 0 to 255."},
        {R"({"action":"led_color","blue":"many"})", "blue must be a whole number from 0 to 255."},
        {R"({"action":"led_color","color":"plaid"})",
         "color must be a name such as \"red\", or \"#rrggbb\"."},
        {R"({"action":"led_color","color":255})", "color must be a name such as \"red\", or \"#rrggbb\"."},
    };
    for (const auto& [body, message] : rows) {
        auto parsed = parse_action(body);
        ASSERT_FALSE(parsed) << body;
        EXPECT_EQ(parsed.error().kind, ErrorKind::Malformed);
        EXPECT_EQ(parsed.error().message, message);
    }
}

TEST(ActionMessage, TakesAColour) {
    const std::pair<std::string_view, std::optional<devices::Colour>> rows[] = {
        {R"("red":255,"green":10,"blue":0)", devices::Colour{255, 10, 0}},
        {R"("green":10)", devices::Colour{0, 10, 0}},
        {R"("color":"Red")", devices::Colour{255, 0, 0}},
        {R"("color":"#0aF")", devices::Colour{0, 170, 255}},
        {R"("color":"#0102fe")", devices::Colour{1, 2, 254}},
        {R"("color":"off")", devices::Colour{0, 0, 0}},
        {R"("color":"red","blue":9)", devices::Colour{0, 0, 9}},
        {R"("color":null,"red":null)", std::nullopt},
    };
    for (const auto& [fields, colour] : rows) {
        auto parsed = parse_action(R"({"action":"led_color",)" + std::string(fields) + "}");
        ASSERT_TRUE(parsed) << fields;
        EXPECT_EQ(parsed->colour, colour) << fields;
    }
    // Only where it means something.
    EXPECT_FALSE(parse_action(R"({"action":"nod","color":"plaid"})")->colour);
    for (auto name : {"#12345", "#12345g", "#", "", "re"}) {
        EXPECT_FALSE(colour_named(name)) << name;
    }
}

TEST(StatusBody, HasTheKeysOfTheOriginal) {
    EXPECT_EQ(job_status({}), R"({"status":"received","text":"","response":""})");
    EXPECT_EQ(job_status({.state = jobs::JobState::Thinking, .text = "why"}),
              R"({"status":"thinking","text":"why","response":""})");
    EXPECT_EQ(job_status({.state = jobs::JobState::Done, .text = "why", .response = "because"}),
              R"({"status":"done","text":"why","response":"because"})");
    EXPECT_EQ(job_status({.state = jobs::JobState::Error,
                          .text = "why",
                          .response = "It broke.",
                          .fault = ErrorKind::ProviderBroke}),
              R"({"status":"error","text":"why","response":"It broke.","error":true,)"
              R"("message":"It broke.","code":"provider_broke"})");
    EXPECT_EQ(job_received("7"), R"({"job_id":"7","status":"received"})");
}

TEST(Refusals, EndEveryPoller) {
    for (const auto& response : {unknown_job(request()), file_missing(request()),
                                 refusal(request(), {ErrorKind::Busy, "Too many.", {}})}) {
        EXPECT_EQ(body_of(response, "status"), "\"error\"");
        EXPECT_EQ(body_of(response, "error"), "true");
        EXPECT_EQ(body_of(response, "text"), "\"\"");
        EXPECT_EQ(body_of(response, "response"), body_of(response, "message"));
        EXPECT_EQ(body_of(response, "request_id"), "\"r-1\"");
        EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    }
    EXPECT_EQ(unknown_job(request()).status, 404);
    EXPECT_EQ(body_of(unknown_job(request()), "message"), "\"Job not found\"");
    EXPECT_EQ(file_missing(request()).status, 422);
    EXPECT_EQ(body_of(file_missing(request()), "detail"),
              R"([{"type":"missing","loc":["body","file"],"msg":"Field required","input":null}])");
    auto busy = refusal(request(), {ErrorKind::Busy, "Too many.", {}});
    EXPECT_EQ(busy.status, 503);
    EXPECT_TRUE(busy.headers.has("Retry-After"));
    EXPECT_EQ(body_of(busy, "detail"), "\"Too many.\"");
}

TEST(Refusals, LetPollersGoOnWhereNobodyKnows) {
    auto response = nobody_knows(request(), {ErrorKind::Unavailable, "The database cannot be reached.", {}});
    EXPECT_EQ(response.status, 503);
    EXPECT_TRUE(response.headers.has("Retry-After"));
    EXPECT_EQ(body_of(response, "status"), "\"processing\"");
    EXPECT_EQ(body_of(response, "text"), "\"\"");
    EXPECT_EQ(body_of(response, "response"), "\"\"");
    EXPECT_EQ(body_of(response, "code"), "\"unavailable\"");
}

}  // namespace
}  // namespace repartee::surfaces::misty
