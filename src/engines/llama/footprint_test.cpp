#include "engines/llama/footprint.h"

#include <gtest/gtest.h>

#include <limits>

namespace repartee::engines::llama {

TEST(Footprint, IsWeightsAndConversationsAndRoomToCompute) {
    models::LanguageFacts model{.context = 8192, .token_bytes = 100};
    auto footprint = footprint_of(model, 5'000'000, 4096, 2);
    EXPECT_EQ(footprint.weights, 5'000'000U);
    EXPECT_EQ(footprint.conversations, 100U * 4096 * 2);
    EXPECT_GT(footprint.computing, 30U << 20);
    EXPECT_EQ(footprint.all(), footprint.weights + footprint.conversations + footprint.computing);
}

// The numbers of a file are anybody's.
TEST(Footprint, OfNonsenseIsTooMuch) {
    models::LanguageFacts model{.token_bytes = std::uint64_t{1} << 50};
    EXPECT_EQ(footprint_of(model, 1, 1 << 20, 64).all(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(footprint_of({}, ~std::uint64_t{0}, 1, 1).all(), std::numeric_limits<std::uint64_t>::max());
}

}  // namespace repartee::engines::llama
