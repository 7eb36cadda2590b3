#include "stores/redis/stored_line.h"

#include "stores/redis/session_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace repartee::stores::redis {

TEST(StoredLine, KeepsAnyBytes) {
    using namespace std::string_literals;
    for (const auto& text : {"hello"s, ""s, "two\r\nlines"s, "a\0b"s, "\xff\xfe"s, "7 u nested"s}) {
        auto line = decode_line(encode_line(12, "8c1f-7", {.role = Role::Assistant, .content = text}));
        ASSERT_TRUE(line);
        EXPECT_EQ(line->position, 12);
        EXPECT_EQ(line->message.role, Role::Assistant);
        EXPECT_EQ(line->message.content, text);
    }
    auto last = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(decode_line(encode_line(last, "8c1f-7", {}))->position, last);
}

TEST(StoredLine, IsNothingElse) {
    for (const char* line : {"", "12", "12 ", "12 u", "u hello", "12 u hello", "12 u  hello", "12 x 1 hello",
                             "12-u-1 hello", "99999999999999999999 u 1 a"}) {
        EXPECT_FALSE(decode_line(line)) << line;
    }
}

TEST(SessionKeys, ShowNothingOfWhoseTheyAre) {
    SessionKey key{.owner = Owner::user(7), .session = "kitchen} DEL *\r\n"};
    auto names = names_of("repartee", key);
    EXPECT_THAT(names.session, testing::MatchesRegex("repartee:\\{[0-9a-f]+\\}:session:[0-9a-f]+"));
    EXPECT_THAT(names.index, testing::MatchesRegex("repartee:\\{[0-9a-f]+\\}:sessions"));
    EXPECT_EQ(names.index, index_of("repartee", Owner::user(7)));
    EXPECT_EQ(names.session.find("kitchen"), std::string::npos);
}

TEST(SessionKeys, AreDifferentForOwnersAndSessions) {
    auto session = [](Owner owner, const char* name) {
        SessionKey key{.owner = std::move(owner), .session = name};
        return names_of("repartee", key).session;
    };
    EXPECT_NE(session(Owner::user(1), "a"), session(Owner::user(2), "a"));
    EXPECT_NE(session(Owner::user(1), "a"), session(Owner::user(1), "b"));
    EXPECT_NE(session(Owner::user(1), "a"), session(Owner::session("user/1"), "a"));
    // Whatever stands between owner and session, it cannot be typed.
    EXPECT_NE(session(Owner::session("a"), "b"), session(Owner::session("a/b"), ""));
}

}  // namespace repartee::stores::redis
