#include "stores/postgres/vector_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace repartee::stores::postgres {

TEST(VectorText, IsAnArray) {
    EXPECT_EQ(array_of({}), "{}");
    EXPECT_EQ(array_of({0.25F, -1, 0.1F, 1e-20F}), "{0.25,-1,0.1,1e-20}");
}

TEST(VectorText, HasOnlyNumbers) {
    EXPECT_FALSE(array_of({1, std::numeric_limits<float>::quiet_NaN()}));
    EXPECT_FALSE(array_of({std::numeric_limits<float>::infinity()}));
}

}  // namespace repartee::stores::postgres
