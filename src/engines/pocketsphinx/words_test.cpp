#include "engines/pocketsphinx/words.h"

#include <gtest/gtest.h>

#include <vector>

namespace repartee::engines::pocketsphinx {

TEST(BareWord, HasNoNumberOfItsPronunciation) {
    EXPECT_EQ(bare_word("read"), "read");
    EXPECT_EQ(bare_word("read(2)"), "read");
    EXPECT_EQ(bare_word("don't(3)"), "don't");
}

TEST(BareWord, IsEmptyForWhatIsNoWord) {
    for (const auto* entry : {"", "<s>", "</s>", "<sil>", "[NOISE]", "[SPEECH]", "++UM++"}) {
        EXPECT_EQ(bare_word(entry), "") << entry;
    }
}

TEST(TextOf, JoinsTheWords) {
    std::vector<Word> words{{.text = "what"}, {.text = "time"}};
    EXPECT_EQ(text_of(words), "what time");
    EXPECT_EQ(text_of({}), "");
}

TEST(ConfidenceOf, IsTheMean) {
    std::vector<Word> words{{.text = "what", .confidence = 0.5F}, {.text = "time", .confidence = 1}};
    EXPECT_FLOAT_EQ(confidence_of(words).value(), 0.75F);
    EXPECT_FALSE(confidence_of({}));
}

}  // namespace repartee::engines::pocketsphinx
