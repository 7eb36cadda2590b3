#include "processes/inherited.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::processes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr pid_t self = 4711;

std::vector<std::string> names(const InheritanceWords& words) {
    auto found = inherited_names(words, self);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::vector<std::string>{"fault"};
}

TEST(Inherited, IsNothingWhereNobodySaysSo) {
    EXPECT_THAT(names({}), IsEmpty());
    EXPECT_THAT(names({.count = "2"}), IsEmpty());
    EXPECT_THAT(names({.pid = "4711"}), IsEmpty());
    EXPECT_THAT(names({.pid = "4711", .count = "0"}), IsEmpty());
    EXPECT_THAT(names({.pid = "4711", .count = "0", .names = ""}), IsEmpty());
}

TEST(Inherited, IsNotWhatWasMeantForAnother) {
    EXPECT_THAT(names({.pid = "4712", .count = "2", .names = "a:b"}), IsEmpty());
    EXPECT_THAT(names({.pid = "4712", .count = "nonsense"}), IsEmpty());
}

TEST(Inherited, HasNames) {
    EXPECT_THAT(names({.pid = "4711", .count = "1", .names = "repartee.socket"}),
                ElementsAre("repartee.socket"));
    EXPECT_THAT(names({.pid = "4711", .count = "3", .names = "a::b"}), ElementsAre("a", "", "b"));
    EXPECT_THAT(names({.pid = "4711", .count = "2"}), ElementsAre("unknown", "unknown"));
}

TEST(Inherited, SaysWhatMakesNoSense) {
    const InheritanceWords senseless[] = {
        {.pid = "", .count = "1"},
        {.pid = "4711 ", .count = "1"},
        {.pid = "-4711", .count = "1"},
        {.pid = "0x1267", .count = "1"},
        {.pid = "99999999999999999999", .count = "1"},
        {.pid = "4711", .count = ""},
        {.pid = "4711", .count = "one"},
        {.pid = "4711", .count = "-1"},
        {.pid = "4711", .count = "65"},
        {.pid = "4711", .count = "4294967297"},
        {.pid = "4711", .count = "1", .names = "a:b"},
        {.pid = "4711", .count = "3", .names = "a:b"},
        {.pid = "4711", .count = "2", .names = ""},
    };
    for (const auto& words : senseless) {
        auto found = inherited_names(words, self);
        ASSERT_FALSE(found) << *words.pid << " " << *words.count;
        EXPECT_EQ(found.error().kind, ErrorKind::Unprocessable);
    }
}

TEST(Inherited, ShowsNobodyStrangeCharacters) {
    auto found = inherited_names({.pid = "4711", .count = "\x1B[31m\xFF" + std::string(1000, 'x')}, self);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr("'?[31m?xxx"));
    EXPECT_LT(found.error().message.size(), 200u);
}

}  // namespace
}  // namespace repartee::processes
