#include "surfaces/credentials.h"

#include <gtest/gtest.h>

namespace repartee::surfaces {
namespace {

Credentials of(net::Headers headers, std::string query = {}, TokenInQuery in_query = TokenInQuery::Counts) {
    net::Request request{.query = std::move(query), .headers = std::move(headers)};
    return credentials_of(request, in_query);
}

TEST(Credentials, AreTheBearersToken) {
    EXPECT_EQ(of({{"Authorization", "Bearer abc"}}).token, "abc");
    EXPECT_EQ(of({{"authorization", "bearer  abc"}}).token, "abc");
    EXPECT_FALSE(of({}).given);
}

TEST(Credentials, OfAnotherKindAreGivenAndGoodForNothing) {
    for (const char* value : {"Basic abc", "Bearer", "Bearer ", "abc", ""}) {
        auto credentials = of({{"Authorization", value}});
        EXPECT_TRUE(credentials.given) << value;
        EXPECT_TRUE(credentials.token.empty()) << value;
    }
    EXPECT_TRUE(of({{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}}).token.empty());
}

TEST(Credentials, MayBeInTheQueryWhereThatCounts) {
    EXPECT_EQ(of({}, "tts=1&token=a%2Bb").token, "a+b");
    EXPECT_TRUE(of({}, "token=").given);
    EXPECT_FALSE(of({}, "token=abc", TokenInQuery::DoesNot).given);
    EXPECT_EQ(of({{"Authorization", "Bearer abc"}}, "token=other").token, "abc");
}

}  // namespace
}  // namespace repartee::surfaces
