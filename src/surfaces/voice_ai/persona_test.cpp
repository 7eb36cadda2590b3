#include "surfaces/voice_ai/persona.h"

#include "surfaces/personal_agent.h"

#include <gmock/gmock.h>

namespace repartee::surfaces::voice_ai {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(Persona, AnswersAsTheProfileSays) {
    stores::Profile profile{.persona_name = "Jeeves",
                            .persona_style = "terse",
                            .voice_id = "slt",
                            .voice_speed = 1.5,
                            .language = "de"};
    auto agent = companion(profile);
    EXPECT_EQ(agent.name, "Jeeves");
    EXPECT_THAT(agent.instructions, HasSubstr("Jeeves"));
    EXPECT_THAT(agent.instructions, HasSubstr("terse"));
    EXPECT_EQ(agent.voice.name, "slt");
    EXPECT_EQ(agent.voice.speed, 1.5);
    EXPECT_EQ(agent.voice.language, "de");
    EXPECT_TRUE(companion({}).voice.name.empty());
}

TEST(Persona, HasTheSkillsThatAreAllowed) {
    auto everything = companion({}).skills;
    for (auto skill : listed_skills) {
        EXPECT_THAT(everything, Contains(skill));
    }
    stores::Profile profile;
    profile.allowed_skills = {"clock", "navigate"};
    auto some = companion(profile).skills;
    EXPECT_THAT(some, testing::UnorderedElementsAre("clock", "navigation"));
    EXPECT_FALSE(may_use(profile, "call"));
}

TEST(Persona, KnowsWhichSkillsThereAre) {
    EXPECT_TRUE(is_skill("navigate"));
    EXPECT_TRUE(is_skill("timer"));
    EXPECT_TRUE(is_skill("clock"));
    EXPECT_FALSE(is_skill("open_app"));
    EXPECT_FALSE(is_skill(""));
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
