#include "engines/embedding_parts.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>

namespace repartee::engines {

namespace {

std::optional<Embedding> from(std::string_view text) {
    return embedding_in(boost::json::parse(text));
}

TEST(EmbeddingParts, HaveLengthOne) {
    auto vector = from("[3, 0.0, -4]");
    ASSERT_TRUE(vector);
    EXPECT_FLOAT_EQ(vector->at(0), 0.6F);
    EXPECT_FLOAT_EQ(vector->at(2), -0.8F);
}

TEST(EmbeddingParts, AreReadFromBase64) {
    // 1.0 and -1.0 as float32, the lowest byte first.
    auto vector = from(R"("AACAPwAAgL8=")");
    ASSERT_TRUE(vector);
    EXPECT_FLOAT_EQ(vector->at(0), 0.70710678F);
    EXPECT_FLOAT_EQ(vector->at(1), -0.70710678F);
}

TEST(EmbeddingParts, AreNoVectorOfAnythingElse) {
    for (auto nonsense : {"[]", "[0,0]", "[1,null]", "[1,\"2\"]", "{}", "null", "7", "\"AACAPwA=\"", "\"?\"",
                          "\"\"", "[[1]]", "\"AACAfw==\"" /* infinite */}) {
        EXPECT_FALSE(from(nonsense)) << nonsense;
    }
    EXPECT_FALSE(embedding_in(boost::json::array(largest_dimension + 1, 1)));
    EXPECT_FALSE(unit_vector({std::numeric_limits<float>::quiet_NaN(), 1}));
}

TEST(SteadyDimension, IsThatOfTheFirst) {
    SteadyDimension dimension;
    EXPECT_TRUE(dimension.takes({}));
    EXPECT_FALSE(dimension.takes({{1, 0}, {1, 0, 0}}));
    EXPECT_TRUE(dimension.takes({{0, 1}}));
    EXPECT_FALSE(dimension.takes({{1, 0, 0}}));
    EXPECT_EQ(dimension.value(), 2U);
}

TEST(TextToSend, IsCutBetweenCharactersAndNeverEmpty) {
    EXPECT_EQ(text_to_send("Ink", 10), "Ink");
    EXPECT_EQ(text_to_send("कक", 4), "क");
    EXPECT_EQ(text_to_send("", 10), " ");
    EXPECT_EQ(text_to_send(" \n", 10), " ");
    EXPECT_EQ(text_to_send("a\xFF", 10), "a\xEF\xBF\xBD");
}

}  // namespace

}  // namespace repartee::engines
