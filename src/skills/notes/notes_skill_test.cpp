#include "skills/notes/notes_skill.h"

#include "skills/try_skill.h"

#include <gtest/gtest.h>

namespace repartee::skills::notes {
namespace {

class NotesSkillTest : public testing::Test {
protected:
    std::string remember(std::string_view note) { return said({{"operation", "remember"}, {"note", note}}); }
    std::string recall(std::string_view about) { return said({{"operation", "recall"}, {"about", about}}); }
    std::string forget(std::string_view about) { return said({{"operation", "forget"}, {"about", about}}); }
    std::string said(const boost::json::object& arguments) {
        return try_skill(skill_, boost::json::serialize(arguments)).text;
    }

    NotesSkill skill_;
};

TEST_F(NotesSkillTest, RemembersAndRecalls) {
    EXPECT_EQ(remember("Your favorite color is blue."),
              "Okay, I will remember that your favorite color is blue.");
    EXPECT_EQ(recall("favorite color"), "Your favorite color is blue.");
    EXPECT_EQ(recall("what is my favorite color?"), "Your favorite color is blue.");
}

TEST_F(NotesSkillTest, FindsOtherFormsOfAWord) {
    remember("you parked the car on level three");
    EXPECT_EQ(recall("where did I park"), "You parked the car on level three.");
    remember("your keys are in the kitchen");
    EXPECT_EQ(recall("key"), "Your keys are in the kitchen.");
}

TEST_F(NotesSkillTest, PrefersTheClosestNote) {
    remember("your brother's name is Tom");
    remember("your name is Ann");
    EXPECT_EQ(recall("brother name"), "Your brother's name is Tom.");
}

TEST_F(NotesSkillTest, KeepsTheLatestWordOnAMatter) {
    remember("your favorite color is blue");
    remember("your favorite color is green");
    EXPECT_EQ(recall("favorite color"), "Your favorite color is green.");
}

TEST_F(NotesSkillTest, RecallsEverythingNewestFirst) {
    EXPECT_EQ(said({{"operation", "recall"}}), "I have no notes yet.");
    remember("your name is Ann");
    remember("you want to buy milk");
    EXPECT_EQ(said({{"operation", "recall"}}), "You want to buy milk. Your name is Ann.");
    for (int number = 0; number < 5; ++number) {
        remember("item " + std::to_string(number));
    }
    EXPECT_EQ(recall(""), "Item 4. Item 3. Item 2. Item 1. Item 0. And 2 more.");
}

TEST_F(NotesSkillTest, Forgets) {
    remember("your name is Ann");
    remember("you want to buy milk");
    EXPECT_EQ(forget("milk"), "Okay, I forgot it.");
    EXPECT_EQ(recall("milk"), "I have no note about that.");
    EXPECT_EQ(forget("milk"), "I have no note about that.");
    EXPECT_EQ(recall("name"), "Your name is Ann.");
    remember("you like tea");
    EXPECT_EQ(forget("everything"), "Okay, I forgot 2 notes.");
}

TEST_F(NotesSkillTest, AsksWhatToRemember) {
    EXPECT_EQ(said({{"operation", "remember"}}), "What should I remember?");
    EXPECT_EQ(remember(" . "), "What should I remember?");
    EXPECT_EQ(remember("\xC3\xBC" + std::string(299, 'x')),
              "That is too long for me to remember. Please make it shorter.");
}

TEST_F(NotesSkillTest, IsBounded) {
    for (std::size_t number = 0; number <= most_notes; ++number) {
        remember("item " + std::to_string(1000 + number));
    }
    EXPECT_EQ(recall("1000"), "I have no note about that.");
    EXPECT_EQ(recall("1001"), "Item 1001.");
    EXPECT_EQ(forget(""), "Okay, I forgot 50 notes.");
}

}  // namespace
}  // namespace repartee::skills::notes
