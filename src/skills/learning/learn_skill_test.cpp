#include "skills/learning/learn_skill.h"

#include "skills/try_memory.h"
#include "skills/try_skill.h"

#include <gtest/gtest.h>

namespace repartee::skills::learning {
namespace {

class LearnSkillTest : public testing::Test {
protected:
    std::string said(std::string_view arguments) { return try_skill(skill_, arguments).text; }
    NotingMemory memory_;
    LearnSkill skill_{&memory_};
};

TEST_F(LearnSkillTest, Remembers) {
    EXPECT_EQ(said(R"({"fact":" The user's cat\n is called Ink. ","category":"Pets & Co."})"),
              "I will remember that.");
    ASSERT_EQ(memory_.learned.size(), 1U);
    EXPECT_EQ(memory_.learned[0].first, "The user's cat  is called Ink.");
    EXPECT_EQ(memory_.learned[0].second, "pets_co");
    memory_.outcome = Remembering::Outcome::Known;
    EXPECT_EQ(said(R"({"fact":"The user's cat is called Ink."})"), "I knew that already.");
    EXPECT_EQ(memory_.learned[1].second, "general");
    memory_.outcome = Remembering::Outcome::Corrected;
    EXPECT_EQ(said(R"({"fact":"The user's cat is called Tinta.","operation":"remember"})"),
              "I have corrected that.");
}

TEST_F(LearnSkillTest, Forgets) {
    EXPECT_EQ(said(R"({"fact":"cat","operation":"forget"})"), "I remember nothing of that kind.");
    memory_.to_forget = {"a"};
    EXPECT_EQ(said(R"({"fact":"cat","operation":"forget"})"), "I have forgotten it.");
    memory_.to_forget = {"a", "b"};
    EXPECT_EQ(said(R"({"fact":"cat","operation":"forget"})"), "I have forgotten 2 things about that.");
    EXPECT_EQ(memory_.forgotten, (std::vector<std::string>{"cat", "cat", "cat"}));
    EXPECT_TRUE(memory_.learned.empty());
}

TEST_F(LearnSkillTest, RefusesWhatMakesNoSense) {
    EXPECT_EQ(said(R"({"fact":" \n "})"), "What should I remember?");
    EXPECT_THROW(said("{}"), Failure);
    EXPECT_THROW(said(R"({"fact":"x","operation":"sell"})"), Failure);
    EXPECT_THROW(said(boost::json::serialize(boost::json::object{{"fact", std::string(1001, 'x')}})),
                 Failure);
    memory_.trouble = Error{ErrorKind::Unavailable, "The database is away.", {}};
    EXPECT_THROW(said(R"({"fact":"x"})"), Failure);
}

TEST_F(LearnSkillTest, OwnsUpToHavingNoMemory) {
    LearnSkill without(nullptr);
    EXPECT_EQ(try_skill(without, R"({"fact":"x"})").text,
              "I cannot remember anything here beyond this conversation.");
}

TEST(LearnCategory, IsAPlainWord) {
    for (const auto& [given, clean] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"preference", "preference"},
                                                                              {"[A CATEGORY]!", "a_category"},
                                                                              {"", "general"},
                                                                              {"ämter", "mter"},
                                                                              {"] [LEARNED] [", "learned"}}) {
        EXPECT_EQ(clean_category(given), clean);
    }
}

}  // namespace
}  // namespace repartee::skills::learning
