#include "app/live_line.h"

#include <gtest/gtest.h>

namespace repartee::app {

TEST(LiveLine, ShowsBothLevelsAndTheLatestWords) {
    EXPECT_EQ(live_line({.microphone = 0.032F, .reply = 0, .words = "what time"}, 80),
              "you [#####     ]  repartee [          ]  what time");
    EXPECT_EQ(live_line({.microphone = 1, .reply = 1, .words = {}}, 80),
              "you [##########]  repartee [##########]  ");
}

TEST(LiveLine, KeepsTheEndOfWhatIsTooLong) {
    LiveState state{.microphone = 0, .reply = 0, .words = "one two three"};
    EXPECT_EQ(live_line(state, 46), "you [          ]  repartee [          ]  three");
    EXPECT_EQ(live_line(state, 10), "you [     ");
    state.words = "\u0928\u092e\u0938\n\u0924\u0947";
    EXPECT_EQ(live_line(state, 44), "you [          ]  repartee [          ]   \u0924\u0947");
}

}  // namespace repartee::app
