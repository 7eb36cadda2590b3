#include "engines/base64.h"

#include <gtest/gtest.h>

namespace repartee::engines {

namespace {

TEST(Base64, IsRead) {
    struct Row {
        std::string_view text;
        std::string bytes;
    };
    using namespace std::string_literals;
    for (const auto& row :
         {Row{"", ""}, Row{"AA==", "\0"s}, Row{"AAE=", "\0\1"s}, Row{"AAEC", "\0\1\2"s},
          Row{"AAECAw", "\0\1\2\3"s}, Row{"//79", "\xFF\xFE\xFD"}, Row{"__79", "\xFF\xFE\xFD"}}) {
        EXPECT_EQ(from_base64(row.text), row.bytes) << row.text;
    }
}

TEST(Base64, WhatIsNoneIsRefused) {
    for (const char* text : {"A", "AAA\n", "A=AA", "AA===", "AAECA", "\xC3\xA9"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
}

}  // namespace

}  // namespace repartee::engines
