#include "stores/redis/redis_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::stores::redis {

TEST(RedisAddress, OfNothingIsTheUsualOne) {
    auto address = parse_address("").value();
    EXPECT_EQ(address.host, "localhost");
    EXPECT_EQ(address.port, 6379);
    EXPECT_EQ(address.database, 0);
    EXPECT_FALSE(address.tls);
    EXPECT_EQ(address.name(), "localhost:6379");
}

TEST(RedisAddress, HasEverythingThatAUrlCanSay) {
    auto address = parse_address("rediss://ann:p%40ss%3Aword@cache.example:7000/3").value();
    EXPECT_EQ(address.host, "cache.example");
    EXPECT_EQ(address.port, 7000);
    EXPECT_EQ(address.user, "ann");
    EXPECT_EQ(address.password.reveal(), "p@ss:word");
    EXPECT_EQ(address.database, 3);
    EXPECT_TRUE(address.tls);
    EXPECT_EQ(address.name(), "cache.example:7000, database 3");
}

TEST(RedisAddress, TakesAPasswordAlone) {
    auto address = parse_address("redis://:secret@[::1]").value();
    EXPECT_EQ(address.host, "::1");
    EXPECT_EQ(address.user, "");
    EXPECT_EQ(address.password.reveal(), "secret");
    EXPECT_EQ(address.name(), "[::1]:6379");
}

TEST(RedisAddress, UnderstandsOtherClientsOptions) {
    EXPECT_EQ(parse_address("redis://h?db=2")->database, 2);
    EXPECT_EQ(parse_address("rediss://h?ssl_cert_reqs=none")->certificates, Certificates::Ignored);
    EXPECT_EQ(parse_address("rediss://h?ssl_cert_reqs=required")->certificates, Certificates::Checked);
}

TEST(RedisAddress, SaysWhatIsWrongAndNeverThePassword) {
    for (const char* url : {"redis://:hush@h/zero", "redis://:hush@h/-1", "redis://:hush@h:0",
                            "redis://:hush@h:99999", "http://:hush@h", "redis://:hush@h?ssl=yes",
                            "redis://:hush@h?db=x", "rediss://:hush@h?ssl_cert_reqs=maybe",
                            "redis://:hu sh@h", "redis://hush@h", "hush", "redis://:hush@h/0/1"}) {
        auto address = parse_address(url);
        ASSERT_FALSE(address) << url;
        EXPECT_THAT(address.error().message, testing::HasSubstr("address of Redis")) << url;
        EXPECT_THAT(address.error().message, testing::Not(testing::HasSubstr("hush"))) << url;
    }
}

}  // namespace repartee::stores::redis
