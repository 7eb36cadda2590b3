#include "audio/level.h"

#include <gmock/gmock.h>

#include <limits>

namespace repartee::audio {

using testing::ElementsAre;

TEST(Amplify, MakesLouderAndQuieter) {
    std::vector<Sample> samples{100, -100, 30'000, -30'000};
    amplify(samples, 2.0);
    EXPECT_THAT(samples, ElementsAre(200, -200, 32'767, -32'768));
    amplify(samples, 0.5);
    EXPECT_THAT(samples, ElementsAre(100, -100, 16'384, -16'384));
    amplify(samples, 0);
    EXPECT_THAT(samples, ElementsAre(0, 0, 0, 0));
}

TEST(Amplify, AGainThatIsNoNumberChangesNothing) {
    std::vector<Sample> samples{7};
    amplify(samples, std::numeric_limits<double>::quiet_NaN());
    amplify(samples, std::numeric_limits<double>::infinity());
    EXPECT_THAT(samples, ElementsAre(7));
}

}  // namespace repartee::audio
