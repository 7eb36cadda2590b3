#include "app/key_question.h"

#include <gtest/gtest.h>

namespace repartee::app {

TEST(KeyQuestion, OneKeyIsAnAnswer) {
    for (const auto* pressed : {"\r", "\n", "y", "Y"}) {
        EXPECT_EQ(answer_of(pressed), KeyAnswer::Yes);
    }
    for (const auto* pressed : {"n", "N", "\x1b"}) {
        EXPECT_EQ(answer_of(pressed), KeyAnswer::No);
    }
    EXPECT_EQ(answer_of("\x03"), KeyAnswer::Interrupt);
    EXPECT_EQ(answer_of("\x04"), KeyAnswer::Nobody);
}

TEST(KeyQuestion, OtherKeysAreNone) {
    for (const auto* pressed : {"", "x", " ", "\x1b[A", "\x1bOP", "\x1b[3~", "\x1by"}) {
        EXPECT_FALSE(answer_of(pressed)) << pressed;
    }
    EXPECT_EQ(answer_of("x\x1b[Ay"), KeyAnswer::Yes);
    EXPECT_EQ(answer_of("\x1b[3~\x1b"), KeyAnswer::No);
}

}  // namespace repartee::app
