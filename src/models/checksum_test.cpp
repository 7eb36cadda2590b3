#include "models/checksum.h"

#include <gtest/gtest.h>

namespace repartee::models {

// The examples of the standard.
TEST(Checksum, IsTheOneOfTheStandard) {
    Checksum sha1(Checksum::Kind::Sha1);
    sha1.add("abc");
    EXPECT_EQ(sha1.text(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    Checksum sha256(Checksum::Kind::Sha256);
    sha256.add("ab");
    sha256.add("c");
    EXPECT_EQ(sha256.text(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksum, GoesOnBehindALookAtIt) {
    Checksum sum(Checksum::Kind::Sha1);
    sum.add("a");
    sum.text();
    sum.add("bc");
    EXPECT_EQ(sum.text(), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Checksum, KnowsWhatASumLooksLike) {
    EXPECT_TRUE(is_sum(Checksum::Kind::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"));
    EXPECT_FALSE(is_sum(Checksum::Kind::Sha256, "a9993e364706816aba3e25717850c26c9cd0d89d"));
    EXPECT_FALSE(is_sum(Checksum::Kind::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89G"));
}

}  // namespace repartee::models
