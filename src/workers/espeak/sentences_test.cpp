#include "workers/espeak/sentences.h"

#include <gtest/gtest.h>

namespace repartee::workers::espeak {

TEST(Sentences, WaitsForTheEndOfASentence) {
    Sentences sentences;
    sentences.push("Hel", false);
    EXPECT_FALSE(sentences.next());
    sentences.push("lo. How", false);
    EXPECT_EQ(sentences.next(), "Hello. ");
    EXPECT_FALSE(sentences.next());
    EXPECT_EQ(sentences.rest(), "How");
    EXPECT_FALSE(sentences.rest());
}

TEST(Sentences, TakesAWholeOneAsItIs) {
    Sentences sentences;
    sentences.push("No end", true);
    EXPECT_EQ(sentences.next(), "No end");
    EXPECT_FALSE(sentences.rest());
}

TEST(Sentences, KnowsOtherScripts) {
    Sentences sentences;
    sentences.push("\xE0\xA4\xA8\xE0\xA5\xA4\xE0\xA4\xAE", false);
    EXPECT_EQ(sentences.next(), "\xE0\xA4\xA8\xE0\xA5\xA4");
}

TEST(Sentences, DoesNotBreakANumber) {
    Sentences sentences;
    sentences.push("3.14 is pi", false);
    EXPECT_FALSE(sentences.next());
}

}  // namespace repartee::workers::espeak
