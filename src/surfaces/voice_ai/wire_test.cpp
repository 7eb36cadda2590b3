#include "surfaces/voice_ai/wire.h"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace repartee::surfaces::voice_ai {
namespace {

namespace json = boost::json;

TEST(Wire, TimesAreInUtc) {
    EXPECT_EQ(time_text(1'700'000'000'250), "2023-11-14T22:13:20.250Z");
    EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000Z");
}

TEST(Wire, NothingSecretIsTold) {
    stores::User user{.id = 7, .email = "a@b.c", .full_name = "A", .password_hash = Secret("$argon2id$hush")};
    EXPECT_THAT(json::serialize(wire(user)), testing::Not(testing::HasSubstr("hush")));
    stores::Profile profile;
    profile.sealed_provider_keys["openai"] = "v1.sealed";
    EXPECT_THAT(json::serialize(wire(profile)),
                testing::AllOf(testing::HasSubstr(R"("provider_keys_set":["openai"])"),
                               testing::Not(testing::HasSubstr("sealed\""))));
    stores::ApiKey key{.id = "k", .hash = "0123abcd", .tail = "wxyz"};
    EXPECT_THAT(json::serialize(wire(key)), testing::AllOf(testing::HasSubstr(R"("last_used_at":null)"),
                                                           testing::Not(testing::HasSubstr("0123abcd"))));
}

TEST(Wire, AnActionThatIsNoneIsNull) {
    stores::StoredMessage message{.id = "m", .role = Role::Assistant, .action = "not json"};
    EXPECT_TRUE(wire(message).at("action").is_null());
    message.action = R"({"name":"call"})";
    EXPECT_EQ(wire(message).at("action").at("name"), "call");
    EXPECT_EQ(wire(message).at("role"), "assistant");
}

TEST(Marks, LeadBackToWhereAPageEnded) {
    auto mark = mark_in(text_of({1'700'000'000'250, "c.7"}));
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->at_ms, 1'700'000'000'250);
    EXPECT_EQ(mark->id, "c.7");
    EXPECT_TRUE(mark_in("")->id.empty());
    for (const char* text : {"7", "7.", ".x", "x.7", "-7.x", "7,x", "99999999999999999999.x"}) {
        EXPECT_FALSE(mark_in(text)) << text;
    }
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
