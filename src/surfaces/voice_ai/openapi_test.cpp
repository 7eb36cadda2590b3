#include "surfaces/voice_ai/openapi.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace repartee::surfaces::voice_ai {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

// A small table, so that what is looked for stands beside what it comes from.
std::vector<Operation> few_operations() {
    Operation open{.id = "greet", .method = "GET", .path = "/greetings/", .tag = "talk", .summary = "Hello"};
    open.caller = Caller::Anyone;
    open.answers = {{.status = 200, .description = "Hello.", .schema = "Greeting", .is_list = true}};

    Operation guarded{
        .id = "rename", .method = "PATCH", .path = "/things/{id}", .tag = "talk", .summary = "Rename"};
    guarded.caller = Caller::User;
    guarded.scope = "history";
    guarded.parameters = {
        {.name = "id",
         .in = Parameter::In::Path,
         .schema = {{"type", "string"}},
         .description = "Of the thing."},
        {.name = "limit", .schema = {{"type", "integer"}, {"default", 5}}, .description = "So many."}};
    guarded.body =
        RequestBody{.schema = "Greeting", .media_types = {"application/x-www-form-urlencoded", "text/x"}};
    guarded.answers = {{.status = 204, .description = "Done."},
                       {.status = 503, .description = "Away.", .schema = "Error"},
                       {.status = 401, .description = "Who?", .schema = "Error"}};
    auto personal = guarded;
    personal.method = "DELETE";
    personal.caller = Caller::Person;
    auto guest = guarded;
    guest.method = "POST";
    guest.caller = Caller::Guest;
    return {open, guarded, personal, guest};
}

json::value few() {
    return openapi(
        few_operations(), {{"talk", "Talking."}},
        {{"Greeting", json::object{{"type", "string"}}}, {"Error", json::object{{"type", "object"}}}});
}

// What the pointer leads to, or null.
json::value at(const json::value& document, std::string_view pointer) {
    boost::system::error_code error;
    const auto* found = document.find_pointer(pointer, error);
    return found ? *found : json::value();
}

std::string text_at(const json::value& document, std::string_view pointer) {
    return json::serialize(at(document, pointer));
}

TEST(OpenApi, SaysWhatItIs) {
    auto document = few();
    EXPECT_EQ(text_at(document, "/openapi"), R"("3.1.0")");
    EXPECT_EQ(text_at(document, "/info/title"), R"("repartee")");
    EXPECT_EQ(text_at(document, "/servers/0/url"), R"("/")");
    EXPECT_EQ(text_at(document, "/tags"), R"([{"name":"talk","description":"Talking."}])");
    EXPECT_EQ(text_at(document, "/components/schemas/Greeting/type"), R"("string")");
    EXPECT_EQ(text_at(document, "/components/securitySchemes/OAuth2PasswordBearer/flows/password/tokenUrl"),
              R"("/api/v1/auth/token")");
    EXPECT_EQ(text_at(document, "/components/securitySchemes/APIKeyBearer/scheme"), R"("bearer")");
    EXPECT_THAT(text_at(document, "/info/description"), HasSubstr("/api/v1/ws/stream"));
    EXPECT_NE(text_at(document, "/x-websocket/~1api~1v1~1ws~1stream/receive/0/properties/message"), "null");
}

TEST(OpenApi, NamesOperationsAsFastApiDoes) {
    auto all = few_operations();
    EXPECT_EQ(operation_id(all[0]), "greet_api_v1_greetings__get");
    EXPECT_EQ(operation_id(all[1]), "rename_api_v1_things__id__patch");
}

TEST(OpenApi, DescribesAnOpenQuestion) {
    EXPECT_EQ(
        text_at(few(), "/paths/~1api~1v1~1greetings~1/get"),
        R"({"tags":["talk"],"summary":"Hello","operationId":"greet_api_v1_greetings__get",)"
        R"("responses":{"200":{"description":"Hello.","content":{"application/json":)"
        R"({"schema":{"type":"array","items":{"$ref":"#/components/schemas/Greeting"}}}}}},"security":[]})");
}

TEST(OpenApi, DescribesWhatComesIn) {
    auto document = few();
    EXPECT_EQ(
        text_at(document, "/paths/~1api~1v1~1things~1{id}/patch/parameters"),
        R"([{"name":"id","in":"path","required":true,"description":"Of the thing.","schema":{"type":"string"}},)"
        R"({"name":"limit","in":"query","required":false,"description":"So many.",)"
        R"("schema":{"type":"integer","default":5}}])");
    EXPECT_EQ(text_at(document, "/paths/~1api~1v1~1things~1{id}/patch/requestBody"),
              R"({"required":true,"content":{"application/x-www-form-urlencoded":)"
              R"({"schema":{"$ref":"#/components/schemas/Greeting"}},)"
              R"("text/x":{"schema":{"$ref":"#/components/schemas/Greeting"}}}})");
}

TEST(OpenApi, OrdersAnswersAndSaysWhatIsInTheirHead) {
    auto document = few();
    auto responses = at(document, "/paths/~1api~1v1~1things~1{id}/patch/responses").as_object();
    std::vector<std::string> statuses;
    for (const auto& [status, response] : responses) {
        statuses.emplace_back(status);
    }
    EXPECT_EQ(statuses, (std::vector<std::string>{"204", "401", "503"}));
    EXPECT_FALSE(responses.at("204").as_object().contains("content"));
    EXPECT_TRUE(responses.at("401").as_object().at("headers").as_object().contains("WWW-Authenticate"));
    EXPECT_TRUE(responses.at("503").as_object().at("headers").as_object().contains("Retry-After"));
}

TEST(OpenApi, SaysWhoMayAsk) {
    auto document = few();
    EXPECT_EQ(text_at(document, "/paths/~1api~1v1~1things~1{id}/patch/security"),
              R"([{"OAuth2PasswordBearer":[]},{"APIKeyBearer":[]}])");
    EXPECT_EQ(text_at(document, "/paths/~1api~1v1~1things~1{id}/post/security"),
              R"([{"OAuth2PasswordBearer":[]},{"APIKeyBearer":[]},{}])");
    EXPECT_EQ(text_at(document, "/paths/~1api~1v1~1things~1{id}/delete/security"),
              R"([{"OAuth2PasswordBearer":[]}])");
    EXPECT_THAT(text_at(document, "/paths/~1api~1v1~1things~1{id}/patch/description"),
                HasSubstr("scope `history`"));
    EXPECT_THAT(text_at(document, "/paths/~1api~1v1~1things~1{id}/delete/description"),
                HasSubstr("Not for API keys"));
}

// --- the real table ---

void collect_references(const json::value& value, std::set<std::string>& found) {
    if (const auto* object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            if (name == "$ref") {
                found.emplace(member.as_string());
            }
            collect_references(member, found);
        }
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array) {
            collect_references(element, found);
        }
    }
}

TEST(OpenApi, RefersToNothingThatIsNotThere) {
    json::value document = openapi(operations(), tags(), components());
    std::set<std::string> references;
    collect_references(document, references);
    EXPECT_FALSE(references.empty());
    for (const auto& reference : references) {
        ASSERT_TRUE(reference.starts_with('#')) << reference;
        EXPECT_FALSE(at(document, std::string_view(reference).substr(1)).is_null()) << reference;
    }
    for (const auto& [name, schema] : components()) {
        EXPECT_TRUE(references.contains("#/components/schemas/" + std::string(name)))
            << name << " is used by nobody";
    }
}

TEST(OpenApi, HasEachOperationOnceAndInOneOfTheTags) {
    json::value document = openapi(operations(), tags(), components());
    std::set<std::string> ids;
    std::set<std::string> names;
    for (const auto& tag : tags()) {
        names.insert(tag.name);
    }
    std::size_t described = 0;
    for (const auto& [path, methods] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : methods.as_object()) {
            ++described;
            ids.emplace(operation.at("operationId").as_string());
            EXPECT_TRUE(names.contains(std::string(operation.at("tags").at(0).as_string()))) << path;
        }
    }
    EXPECT_EQ(described, operations().size());
    EXPECT_EQ(ids.size(), operations().size());
}

TEST(OpenApi, IsTheSameEachTime) {
    EXPECT_EQ(json::serialize(openapi(operations(), tags(), components())),
              json::serialize(openapi(operations(), tags(), components())));
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
