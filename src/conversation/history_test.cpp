#include "conversation/history.h"

#include <gtest/gtest.h>

namespace repartee::conversation {
namespace {

std::vector<Message> exchange(const std::string& question, const std::string& answer) {
    return {{.role = Role::User, .content = question}, {.role = Role::Assistant, .content = answer}};
}

TEST(History, KeepsOrder) {
    History history(10);
    history.add(exchange("a", "b"));
    history.add(exchange("c", "d"));
    std::string all;
    for (const auto& message : history.messages()) {
        all += message.content;
    }
    EXPECT_EQ(all, "abcd");
}

TEST(History, ForgetsWholeExchangesOldestFirst) {
    History history(3);
    history.add(exchange("a", "b"));
    history.add(exchange("c", "d"));
    ASSERT_EQ(history.messages().size(), 2U);
    EXPECT_EQ(history.messages()[0].content, "c");
}

TEST(History, KeepsTheLatestExchangeWhateverItsLength) {
    History history(1);
    history.add(exchange("a", "b"));
    EXPECT_EQ(history.messages().size(), 2U);
}

TEST(History, AnEmptyExchangeIsNone) {
    History history(4);
    history.add({});
    EXPECT_TRUE(history.empty());
}

}  // namespace
}  // namespace repartee::conversation
