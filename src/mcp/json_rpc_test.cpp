#include "mcp/json_rpc.h"

#include "mcp/protocol.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace repartee::mcp {
namespace {

Frame only(std::string_view text) {
    auto message = parse_message(text);
    EXPECT_FALSE(message.batch);
    EXPECT_EQ(message.frames.size(), 1u);
    return std::move(message.frames.front());
}

std::int64_t refused(std::string_view text) {
    auto frame = only(text);
    const auto* unreadable = std::get_if<Unreadable>(&frame);
    return unreadable ? unreadable->error.code : 0;
}

TEST(JsonRpc, TellsTheFourKindsOfFramesApart) {
    auto request =
        std::get<Request>(only(R"({"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"a":1}})"));
    EXPECT_EQ(request.id, RequestId(7));
    EXPECT_EQ(request.method, "tools/list");
    EXPECT_EQ(request.params.at("a"), 1);

    auto named = std::get<Request>(only(R"({"jsonrpc":"2.0","id":"x","method":"ping"})"));
    EXPECT_EQ(named.id, RequestId("x"));
    EXPECT_TRUE(named.params.empty());

    auto news = std::get<Notification>(only(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"));
    EXPECT_EQ(news.method, "notifications/initialized");

    auto reply = std::get<Reply>(only(R"({"jsonrpc":"2.0","id":7,"result":{"ok":true},"more":1})"));
    EXPECT_EQ(reply.id, RequestId(7));
    EXPECT_TRUE(reply.result.at("ok").as_bool());

    auto failed = std::get<ErrorReply>(
        only(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32602,"message":"no","data":{"a":2}}})"));
    EXPECT_FALSE(failed.id);
    EXPECT_EQ(failed.error.code, codes::invalid_params);
    EXPECT_EQ(failed.error.message, "no");
    EXPECT_EQ(failed.error.data.at("a"), 2);
}

TEST(JsonRpc, RefusesWhatIsNoFrame) {
    EXPECT_EQ(refused("{"), codes::parse_error);
    EXPECT_EQ(refused(""), codes::parse_error);
    EXPECT_EQ(refused("{\"a\":\"\xFF\"}"), codes::parse_error);
    EXPECT_EQ(refused(std::string(100, '[') + std::string(100, ']')), codes::parse_error);
    for (const auto* text : {
             R"(7)",
             R"("text")",
             R"({})",
             R"({"id":1,"method":"ping"})",
             R"({"jsonrpc":"1.0","id":1,"method":"ping"})",
             R"({"jsonrpc":2.0,"id":1,"method":"ping"})",
             R"({"jsonrpc":"2.0","id":1,"method":7})",
             R"({"jsonrpc":"2.0","id":null,"method":"ping"})",
             R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})",
             R"({"jsonrpc":"2.0","id":{},"method":"ping"})",
             R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})",
             R"({"jsonrpc":"2.0","id":1,"method":"ping","params":null})",
             R"({"jsonrpc":"2.0","id":1})",
             R"({"jsonrpc":"2.0","id":1,"result":7})",
             R"({"jsonrpc":"2.0","result":{}})",
             R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}})",
             R"({"jsonrpc":"2.0","id":1,"error":"no"})",
             R"({"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"no"}})",
         }) {
        EXPECT_EQ(refused(text), codes::invalid_request) << text;
    }
    auto with_id = std::get<Unreadable>(only(R"({"jsonrpc":"2.0","id":"x","method":"ping","params":[]})"));
    EXPECT_EQ(with_id.id, RequestId("x"));
}

TEST(JsonRpc, TakesBatchesOnlyWhereTheyAreAllowed) {
    const std::string batch =
        R"([{"jsonrpc":"2.0","id":1,"method":"ping"},7,{"jsonrpc":"2.0","method":"news"}])";
    EXPECT_EQ(refused(batch), codes::invalid_request);
    auto message = parse_message(batch, Batches::Allowed);
    EXPECT_TRUE(message.batch);
    ASSERT_EQ(message.frames.size(), 3u);
    EXPECT_TRUE(std::holds_alternative<Request>(message.frames[0]));
    EXPECT_TRUE(std::holds_alternative<Unreadable>(message.frames[1]));
    EXPECT_TRUE(std::holds_alternative<Notification>(message.frames[2]));

    EXPECT_TRUE(std::holds_alternative<Unreadable>(parse_message("[]", Batches::Allowed).frames.at(0)));
    std::string many = "[1";
    for (std::size_t i = 0; i < most_frames; ++i) {
        many += ",1";
    }
    auto too_many = parse_message(many + "]", Batches::Allowed);
    EXPECT_EQ(too_many.frames.size(), 1u);
    EXPECT_FALSE(too_many.batch);
}

TEST(JsonRpc, WritesWhatItReads) {
    for (const std::string text : {
             R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x"}})",
             R"({"jsonrpc":"2.0","id":"a","method":"ping"})",
             R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
             R"({"jsonrpc":"2.0","id":7,"result":{}})",
             R"({"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no","data":[1]}})",
             R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})",
         }) {
        EXPECT_EQ(write(only(text)), text);
    }
    Unreadable unreadable{std::nullopt, {codes::parse_error, "no"}};
    EXPECT_EQ(write(unreadable), R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})");
    EXPECT_EQ(write_batch({Reply{1}, Reply{"b"}}),
              R"([{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":"b","result":{}}])");
    EXPECT_EQ(in_words(RequestId(7)), "7");
    EXPECT_EQ(in_words(RequestId("7")), "\"7\"");
}

}  // namespace
}  // namespace repartee::mcp
