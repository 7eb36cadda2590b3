#include "engines/alena/alena_wire.h"

#include <gtest/gtest.h>

namespace repartee::engines::alena {

namespace {

TEST(AlenaWire, SendsTheUsersLastWordsAlone) {
    Prompt prompt{.messages = {{.role = Role::System, .content = "Be brief."},
                               {.role = Role::User, .content = "first"},
                               {.role = Role::Assistant, .content = "yes"},
                               {.role = Role::User, .content = "say \"hi\""}}};
    EXPECT_EQ(generate_body(prompt), R"({"prompt":"say \"hi\""})");
}

TEST(AlenaWire, SendsNothingForAnEmptyPrompt) {
    EXPECT_EQ(generate_body({}), std::nullopt);
    EXPECT_EQ(generate_body({.messages = {{.role = Role::User, .content = " \n"}}}), std::nullopt);
}

TEST(AlenaWire, ReadsTheAnswer) {
    EXPECT_EQ(answer_in(200, R"({"response":"नमस्ते","session_id":"1"})").value(), "नमस्ते");
    EXPECT_EQ(answer_in(200, R"({"response":""})").value(), "");
}

TEST(AlenaWire, TurnsEverythingElseIntoAnError) {
    for (auto nonsense : {"", "{", "[]", "{}", R"({"response":7})", "{\"response\":\"\xFF\"}"}) {
        ASSERT_FALSE(answer_in(200, nonsense)) << nonsense;
        EXPECT_EQ(answer_in(200, nonsense).error().kind, ErrorKind::ProviderBroke);
    }
    EXPECT_EQ(answer_in(404, "").error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(answer_in(429, "").error().kind, ErrorKind::Busy);
    EXPECT_EQ(answer_in(503, "").error().kind, ErrorKind::Busy);
    EXPECT_EQ(answer_in(500, R"({"response":"no"})").error().kind, ErrorKind::ProviderBroke);
}

TEST(AlenaWire, BelievesTheControllerThatSaysItIsWell) {
    EXPECT_TRUE(health_from_reply(200, R"({"ok":true})", {}).usable);
    for (auto reply : {R"({"ok":false})", R"({"ok":1})", "{}", "ok"}) {
        EXPECT_FALSE(health_from_reply(200, reply, {}).usable) << reply;
    }
    EXPECT_FALSE(health_from_reply(500, R"({"ok":true})", {}).usable);
}

}  // namespace

}  // namespace repartee::engines::alena
