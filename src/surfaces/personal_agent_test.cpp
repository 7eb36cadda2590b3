#include "surfaces/personal_agent.h"

#include "agents/built_in.h"

#include <gmock/gmock.h>

namespace repartee::surfaces {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(PersonalAgent, IsTheAgentsOwnWhereNothingIsSet) {
    const auto plain = agents::repartee_agent();
    const auto theirs = in_manner_of(plain, {});
    EXPECT_EQ(theirs.name, plain.name);
    EXPECT_EQ(theirs.instructions, plain.instructions);
    EXPECT_EQ(theirs.voice.speed, plain.voice.speed);
    EXPECT_THAT(theirs.skills, Contains("learn"));
}

TEST(PersonalAgent, IsAsThePersonLikesIt) {
    stores::Profile profile{.persona_name = "Jeeves",
                            .persona_style = "terse",
                            .voice_id = "slt",
                            .voice_speed = 1.5,
                            .language = "de",
                            .allowed_skills = {"clock"}};
    const auto theirs = in_manner_of(agents::repartee_agent(), profile);
    EXPECT_EQ(theirs.name, "Jeeves");
    EXPECT_THAT(theirs.instructions, HasSubstr("Jeeves"));
    EXPECT_THAT(theirs.instructions, HasSubstr("terse"));
    EXPECT_EQ(theirs.voice.name, "slt");
    EXPECT_EQ(theirs.voice.speed, 1.5);
    EXPECT_EQ(theirs.voice.language, "de");
    EXPECT_THAT(theirs.skills, testing::ElementsAre("clock"));
}

TEST(PersonalAgent, KeepsTheNameOfWhoHasACharacter) {
    stores::Profile profile{.persona_name = "Jeeves", .voice_speed = 1.2};
    const auto theirs = in_manner_of(agents::shinchan_agent(), profile);
    EXPECT_EQ(theirs.name, "Shinchan");
    EXPECT_THAT(theirs.instructions, Not(HasSubstr("Jeeves")));
    EXPECT_EQ(theirs.voice.speed, 1.2);
}

TEST(PersonalAgent, HasTheToolsOfOtherProgramsThatThePersonAllows) {
    auto agent = agents::repartee_agent();
    agent.skills = {"clock", "mcp:home", "mcp:files/read"};
    EXPECT_THAT(in_manner_of(agent, {.allowed_skills = {"mcp"}}).skills,
                testing::ElementsAre("mcp:home", "mcp:files/read"));
    EXPECT_THAT(in_manner_of(agent, {.allowed_skills = {"clock"}}).skills, testing::ElementsAre("clock"));
}

TEST(PersonalAgent, IsToldWhoTalks) {
    stores::User user;
    EXPECT_EQ(about_person(user), "");
    user.full_name = "Ink";
    EXPECT_EQ(about_person(user), "You are talking to Ink.");
}

}  // namespace
}  // namespace repartee::surfaces
