#include "surfaces/voice_ai/client_timer.h"

#include "skills/try_skill.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::voice_ai {
namespace {

TEST(ClientTimer, IsStartedByTheClient) {
    ClientTimer timer;
    for (const auto* arguments : {R"({"duration":"5 minutes","label":"tea"})",
                                  R"({"operation":"start","duration":"5 minutes","label":"tea"})"}) {
        auto result = skills::try_skill(timer, arguments);
        EXPECT_EQ(result.text, "Setting a timer: 5 minutes.");
        ASSERT_EQ(result.effects.size(), 1U);
        const auto& action = std::get<skills::ClientAction>(result.effects.front());
        EXPECT_EQ(action.name, "timer");
        EXPECT_EQ(action.parameters,
                  boost::json::parse(R"({"duration":"5 minutes","label":"tea"})").as_object());
    }
}

TEST(ClientTimer, OwnsUpToWhatOnlyTheDeviceKnows) {
    ClientTimer timer;
    for (const auto* arguments : {R"({"operation":"cancel"})", R"({"operation":"list"})", R"({})"}) {
        auto result = skills::try_skill(timer, arguments);
        EXPECT_FALSE(result.text.empty());
        EXPECT_TRUE(result.effects.empty()) << arguments;
    }
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
