#include "stores/sql_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::stores {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WordsOf, AreTheWordsOfTheQuery) {
    EXPECT_THAT(words_of("  cat\tInk "), ElementsAre("cat", "Ink"));
    EXPECT_THAT(words_of("50% a_b c\\d"), ElementsAre("50%", "a_b", "c\\d"));
    EXPECT_THAT(words_of(""), IsEmpty());
    EXPECT_THAT(words_of(" \n "), IsEmpty());
}

TEST(WordsOf, AreFewAndShort) {
    std::string many;
    for (int word = 0; word < 1000; ++word) {
        many += "a ";
    }
    EXPECT_EQ(words_of(many).size(), most_searched_words);
    EXPECT_EQ(words_of(std::string(5000, 'x')).at(0).size(), longest_searched_word);
}

TEST(JsonOf, IsReadAsItWasWritten) {
    const std::vector<std::string> texts{"weather", "a \"quoted\" one", ""};
    EXPECT_EQ(texts_of(json_of(texts)), texts);
    const std::map<std::string, std::string> named{{"openai", "sealed"}, {"é", "\n"}};
    EXPECT_EQ(named_texts_of(json_of(named)), named);
}

}  // namespace
}  // namespace repartee::stores
