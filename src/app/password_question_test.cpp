#include "app/password_question.h"

#include <gtest/gtest.h>

namespace repartee::app {
namespace {

using State = UnseenLine::State;

State typed_into(UnseenLine& line, std::string_view keys) {
    auto state = State::Typing;
    for (const char key : keys) {
        state = line.press(key);
    }
    return state;
}

TEST(UnseenLine, IsWhatWasTyped) {
    UnseenLine line;
    EXPECT_EQ(typed_into(line, "correct horse"), State::Typing);
    EXPECT_EQ(typed_into(line, "\rmore"), State::Entered);
    EXPECT_EQ(line.text(), "correct horse");
}

TEST(UnseenLine, TakesBackWholeCharacters) {
    UnseenLine line;
    typed_into(line, "ab\x7Fпк\x7F\x08密\x7F");
    EXPECT_EQ(line.text(), "a");
    typed_into(line, "\x7F\x7F\x7F");
    EXPECT_EQ(line.text(), "");
    typed_into(line, "all of it\x15");
    EXPECT_EQ(line.text(), "");
}

TEST(UnseenLine, CanBeGivenUp) {
    for (const char key : {'\x03', '\x04'}) {
        UnseenLine line;
        EXPECT_EQ(typed_into(line, std::string("abc") + key + "\n"), State::GivenUp);
    }
}

TEST(UnseenLine, DoesNotGrowWithoutEnd) {
    UnseenLine line;
    typed_into(line, std::string(1'000'000, 'x'));
    EXPECT_LE(line.text().size(), 4096U);
}

}  // namespace
}  // namespace repartee::app
