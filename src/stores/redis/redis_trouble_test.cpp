#include "stores/redis/redis_trouble.h"

#include <gtest/gtest.h>

namespace repartee::stores::redis {

TEST(RedisTrouble, IsKnownByTheFirstWord) {
    EXPECT_EQ(trouble_of("LOADING Redis is loading the dataset in memory"), Trouble::NotReady);
    EXPECT_EQ(trouble_of("BUSY Redis is busy running a script."), Trouble::NotReady);
    EXPECT_EQ(trouble_of("MASTERDOWN Link with MASTER is down"), Trouble::NotReady);
    EXPECT_EQ(trouble_of("READONLY You can't write against a read only replica."), Trouble::Lost);
    EXPECT_EQ(trouble_of("NOAUTH Authentication required."), Trouble::Misconfigured);
    EXPECT_EQ(trouble_of("WRONGPASS invalid username-password pair or user is disabled."),
              Trouble::Misconfigured);
    EXPECT_EQ(trouble_of("NOPERM this user has no permissions"), Trouble::Misconfigured);
    EXPECT_EQ(trouble_of("MOVED 3999 127.0.0.1:6381"), Trouble::Misconfigured);
    EXPECT_EQ(trouble_of("OOM command not allowed when used memory > 'maxmemory'."), Trouble::Full);
    EXPECT_EQ(trouble_of("NOSCRIPT No matching script. Please use EVAL."), Trouble::NoScript);
    EXPECT_EQ(trouble_of("WRONGTYPE Operation against a key holding the wrong kind of value"), Trouble::Odd);
    EXPECT_EQ(trouble_of("ERR unknown command"), Trouble::Odd);
    EXPECT_EQ(trouble_of(""), Trouble::Odd);
}

TEST(RedisTrouble, OfOldServersIsKnownByTheirWords) {
    EXPECT_EQ(trouble_of("ERR invalid password"), Trouble::Misconfigured);
    EXPECT_EQ(trouble_of("ERR Client sent AUTH, but no password is set"), Trouble::Misconfigured);
    EXPECT_EQ(trouble_of("ERR max number of clients reached"), Trouble::NotReady);
    EXPECT_EQ(trouble_of("ERR DB index is out of range"), Trouble::Misconfigured);
}

}  // namespace repartee::stores::redis
