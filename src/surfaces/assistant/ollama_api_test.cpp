#include "surfaces/assistant/ollama_api.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace repartee::surfaces::assistant {
namespace {

ErrorKind fault_of(OllamaCall call, std::string_view body) {
    auto request = parse_ollama_request(call, body);
    return request ? ErrorKind::Internal : request.error().kind;
}

TEST(OllamaRequests, TheChatBoxsTrailingEmptyMessageIsDropped) {
    auto request = parse_ollama_request(
        OllamaCall::Chat,
        R"({"model":"any","stream":true,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":""}]})");
    ASSERT_TRUE(request);
    EXPECT_TRUE(request->stream);
    ASSERT_EQ(request->prompt.messages.size(), 1U);
    EXPECT_EQ(request->prompt.messages[0].content, "hi");
}

TEST(OllamaRequests, GenerateTakesPromptAndSystem) {
    auto request = parse_ollama_request(OllamaCall::Generate, R"({"prompt":"hi","system":"be brief"})");
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->stream);
    ASSERT_EQ(request->prompt.messages.size(), 2U);
    EXPECT_EQ(request->prompt.messages[0].role, Role::System);
}

TEST(OllamaRequests, OnlyKnownOptionsInRangePass) {
    auto request = parse_ollama_request(
        OllamaCall::Generate,
        R"({"prompt":"hi","options":{"temperature":0.5,"num_predict":-1,"mirostat":2,"stop":["x"]}})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->prompt.sampling.temperature, 0.5);
    EXPECT_FALSE(request->prompt.sampling.max_tokens);
    EXPECT_EQ(request->prompt.sampling.stop, std::vector<std::string>{"x"});
    EXPECT_EQ(fault_of(OllamaCall::Generate, R"({"prompt":"hi","options":{"temperature":9}})"),
              ErrorKind::Unprocessable);
    EXPECT_EQ(fault_of(OllamaCall::Generate, R"({"prompt":"hi","options":{"top_p":"high"}})"),
              ErrorKind::Unprocessable);
}

TEST(OllamaRequests, WhatMakesNoSenseIsRefused) {
    for (auto body : {"", "[]", "\"x\"", "{"}) {
        EXPECT_EQ(fault_of(OllamaCall::Chat, body), ErrorKind::Malformed) << body;
    }
    for (auto body :
         {"{}", R"({"messages":5})", R"({"messages":[]})", R"({"messages":[5]})",
          R"({"messages":[{"role":"robot","content":"x"}]})", R"({"messages":[{"role":"user"}]})"}) {
        EXPECT_EQ(fault_of(OllamaCall::Chat, body), ErrorKind::Unprocessable) << body;
    }
    EXPECT_EQ(fault_of(OllamaCall::Generate, R"({"prompt":""})"), ErrorKind::Unprocessable);
}

TEST(OllamaPieces, HaveTheCallsShape) {
    EXPECT_EQ(boost::json::serialize(ollama_piece(OllamaCall::Chat, "m", "t", "hi")),
              R"({"model":"m","created_at":"t","message":{"role":"assistant","content":"hi"},"done":false})");
    auto last = ollama_piece(OllamaCall::Generate, "m", "t", "");
    add_ollama_end(last, {.reason = "stop", .prompt_tokens = 2, .answer_tokens = 3}, 5ns);
    EXPECT_EQ(
        boost::json::serialize(last),
        R"({"model":"m","created_at":"t","response":"","done":true,"done_reason":"stop","total_duration":5,"prompt_eval_count":2,"eval_count":3})");
}

}  // namespace
}  // namespace repartee::surfaces::assistant
