#include "surfaces/room.h"

#include <gtest/gtest.h>

namespace repartee::surfaces {

namespace {

RoomWishes wishes_of(std::string query) {
    net::Request request;
    request.query = std::move(query);
    return room_wishes(request);
}

TEST(RoomWishes, AreReadFromTheQuery) {
    auto plain = wishes_of("");
    EXPECT_FALSE(plain.partials || plain.words || plain.errors);
    EXPECT_EQ(plain.last, 0u);
    EXPECT_EQ(plain.language, "");
    EXPECT_TRUE(plain.complaints.empty());
    auto all = wishes_of("partials=1&words=true&speakers=1&language=pt-BR&last=12&translate=en&token=abc");
    EXPECT_TRUE(all.partials && all.words);
    EXPECT_EQ(all.last, 12u);
    EXPECT_EQ(all.language, "pt-BR");
    EXPECT_EQ(all.translate, "en");
    EXPECT_TRUE(all.speakers);
    EXPECT_TRUE(all.complaints.empty());
    EXPECT_FALSE(wishes_of("partials=0").partials);
}

TEST(RoomWishes, WhatCannotBeIsComplainedOfAndBounded) {
    EXPECT_EQ(wishes_of("last=99999999999999999999").complaints.size(), 1u);
    EXPECT_EQ(wishes_of("last=-1").complaints.size(), 1u);
    EXPECT_EQ(wishes_of("last=5000").last, 100u);
    EXPECT_EQ(wishes_of("language=en%0A").complaints.size(), 1u);
    EXPECT_EQ(wishes_of("language=" + std::string(5000, 'a')).complaints.size(), 1u);
    EXPECT_EQ(wishes_of("translate=%20").complaints.size(), 1u);
}

}  // namespace
}  // namespace repartee::surfaces
