#include "engines/rules/intents.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::engines::rules {
namespace {

const std::set<std::string, std::less<>> all_skills{"clock", "calculator", "timer", "notes"};

// "clock {"operation":"time"}" or what is said.
std::string decided(std::string_view utterance, const std::set<std::string, std::less<>>& skills = all_skills,
                    std::span<const Message> earlier = {}) {
    const auto decision = decide({.utterance = utterance, .skills = skills, .earlier = earlier});
    if (const auto* said = std::get_if<Say>(&decision)) {
        return said->text;
    }
    const auto& ask = std::get<Ask>(decision);
    return ask.skill + " " + boost::json::serialize(ask.arguments);
}

struct Decided {
    std::string_view utterance;
    std::string_view decision;
};

TEST(Decide, AboutTheTime) {
    constexpr auto time = R"(clock {"operation":"time"})";
    constexpr auto date = R"(clock {"operation":"date"})";
    constexpr auto today = R"(clock {"operation":"weekday"})";
    for (const auto& [utterance, decision] : std::initializer_list<Decided>{
             {"what time is it", time},
             {"What time is it?", time},
             {"what's the time", time},
             {"whats the time please", time},
             {"hey um what time is it right now", time},
             {"hello what time is it", time},
             {"can you tell me the time", time},
             {"could you please tell me what time it is", time},
             {"do you have the time", time},
             {"what time is it in london", "I only know the time here."},
             {"what's the date", date},
             {"what is the date today", date},
             {"what is today's date", date},
             {"what date is it", date},
             {"what year is it", date},
             {"what is tomorrow's date", R"(clock {"operation":"date","days_from_today":1})"},
             {"what day is it", today},
             {"what day is today", today},
             {"which day of the week is it", today},
             {"what day is it today", today},
             {"do you know what day it is", today},
             {"what day is tomorrow", R"(clock {"operation":"weekday","days_from_today":1})"},
             {"what day will it be tomorrow", R"(clock {"operation":"weekday","days_from_today":1})"},
             {"what day was yesterday", R"(clock {"operation":"weekday","days_from_today":-1})"},
             {"what day is the day after tomorrow", R"(clock {"operation":"weekday","days_from_today":2})"},
             {"what day is it in three days", R"(clock {"operation":"weekday","days_from_today":3})"},
             {"what day will it be in a week", R"(clock {"operation":"weekday","days_from_today":7})"},
             {"the day after tomorrow is what day", R"(clock {"operation":"weekday","days_from_today":2})"},
             {"what was yesterday", R"(clock {"operation":"weekday","days_from_today":-1})"},
             {"what is the date tomorrow", R"(clock {"operation":"date","days_from_today":1})"},
             {"okay so what's the date again", date},
             {"what day was it two weeks ago", R"(clock {"operation":"weekday","days_from_today":-14})"},
             {"what is the date in ten days", R"(clock {"operation":"date","days_from_today":10})"},
         }) {
        EXPECT_EQ(decided(utterance), decision) << utterance;
    }
}

TEST(Decide, AboutSums) {
    for (const auto& [utterance, decision] : std::initializer_list<Decided>{
             {"what is twelve plus thirty", R"(calculator {"expression":"12 + 30"})"},
             {"12 + 30?", R"(calculator {"expression":"12 + 30"})"},
             {"please calculate fifteen percent of eighty", R"(calculator {"expression":"15% of 80"})"},
             {"um what's two plus too", R"(calculator {"expression":"2 + 2"})"},
             {"hey can you tell me what is six times for", R"(calculator {"expression":"6 * 4"})"},
             {"tell me the square root of two", R"json(calculator {"expression":"sqrt(2)"})json"},
         }) {
        EXPECT_EQ(decided(utterance), decision) << utterance;
    }
}

TEST(Decide, AboutTimers) {
    constexpr auto five_minutes = R"(timer {"operation":"start","duration":"300 seconds"})";
    constexpr auto pasta = R"(timer {"operation":"start","duration":"480 seconds","label":"pasta"})";
    constexpr auto list = R"(timer {"operation":"list"})";
    constexpr auto cancel = R"(timer {"operation":"cancel"})";
    constexpr auto cancel_all = R"(timer {"operation":"cancel_all"})";
    for (const auto& [utterance, decision] : std::initializer_list<Decided>{
             {"set a timer for five minutes", five_minutes},
             {"Set a 5 minute timer, please.", five_minutes},
             {"set a five-minute timer", five_minutes},
             {"timer for five minutes", five_minutes},
             {"five minute timer", five_minutes},
             {"can you start another timer for five minutes", five_minutes},
             {"wake me up in five minutes", five_minutes},
             {"set a timer for for minutes", R"(timer {"operation":"start","duration":"240 seconds"})"},
             {"set a timer for an hour and a half",
              R"(timer {"operation":"start","duration":"5400 seconds"})"},
             {"set a timer for eight minutes for the pasta", pasta},
             {"set an eight minute timer called pasta", pasta},
             {"set a pasta timer for eight minutes", pasta},
             {"set a timer for pasta for eight minutes", pasta},
             {"start an eight minute pasta timer", pasta},
             {"remind me in ten minutes to call my mother",
              R"(timer {"operation":"start","duration":"600 seconds","label":"call your mother"})"},
             {"remind me to check the oven in half an hour",
              R"(timer {"operation":"start","duration":"1800 seconds","label":"check the oven"})"},
             {"set a timer", "For how long should I set the timer?"},
             {"can you set a timer for me", "For how long should I set the timer?"},
             {"how long is left on the timer", list},
             {"how much time is left", list},
             {"how much time is left on my timer", list},
             {"how long left", list},
             {"check the timer", list},
             {"what timers are running", list},
             {"do i have any timers", list},
             {"cancel the timer", cancel},
             {"stop my timer please", cancel},
             {"turn off the timer", cancel},
             {"turn the timer off", cancel},
             {"cancel all timers", cancel_all},
             {"stop all of the timers", cancel_all},
             {"cancel the five minute timer", R"(timer {"operation":"cancel","duration":"300 seconds"})"},
             {"cancel the pasta timer", R"(timer {"operation":"cancel","label":"pasta"})"},
             {"cancel the timer for the pasta", R"(timer {"operation":"cancel","label":"pasta"})"},
         }) {
        EXPECT_EQ(decided(utterance), decision) << utterance;
    }
}

TEST(Decide, StartsTheTimerItAskedAbout) {
    const std::vector<Message> earlier{
        {.role = Role::User, .content = "set a timer"},
        {.role = Role::Assistant, .content = "For how long should I set the timer?"},
    };
    EXPECT_EQ(decided("five minutes", all_skills, earlier),
              R"(timer {"operation":"start","duration":"300 seconds"})");
    EXPECT_THAT(decided("five minutes"), testing::StartsWith("I can't answer that"));
}

TEST(Decide, AboutDeeds) {
    const std::set<std::string, std::less<>> phone{"call",   "sms",     "navigation", "calendar", "media",
                                                   "system", "weather", "search",     "robot"};
    for (const auto& [utterance, decision] : std::initializer_list<Decided>{
             {"Call Mom", R"(call {"target":"Mom"})"},
             {"please call my mother", R"(call {"target":"my mother"})"},
             {"can you give Ann a call", R"(call {"target":"Ann"})"},
             {"text Ann saying I am late", R"(sms {"target":"Ann","message":"I am late"})"},
             {"send a message to Ann that dinner is ready",
              R"(sms {"target":"Ann","message":"dinner is ready"})"},
             {"take me to the station", R"(navigation {"destination":"the station"})"},
             {"how do I get to Ulm", R"(navigation {"destination":"Ulm"})"},
             {"play some music", R"(media {"command":"play"})"},
             {"pause the music", R"(media {"command":"pause"})"},
             {"next song please", R"(media {"command":"next"})"},
             {"go back to the previous song", R"(media {"command":"previous"})"},
             {"turn the volume up", R"(system {"setting":"volume","value":"up"})"},
             {"set the brightness to 50", R"(system {"setting":"brightness","value":"50"})"},
             {"show me my calendar", R"(calendar {"action":"view"})"},
             {"what's the weather like in Paris", R"(weather {"location":"Paris"})"},
             {"search for ink", R"(search {"query":"ink"})"},
             {"search the web for ink", R"(search {"query":"ink"})"},
             {"robot, wave", R"(robot {"action":"wave"})"},
             {"turn left", R"(robot {"action":"turn_left"})"},
         }) {
        EXPECT_EQ(decided(utterance, phone), decision) << utterance;
        EXPECT_THAT(decided(utterance, {"clock"}), testing::HasSubstr("no language model")) << utterance;
    }
    EXPECT_THAT(decided("call me later", phone), testing::HasSubstr("no language model"));
}

TEST(Decide, AboutWhatIsRememberedForGood) {
    const std::set<std::string, std::less<>> skills{"learn", "clock"};
    EXPECT_EQ(decided("My cat is called Ink", skills), R"(learn {"fact":"My cat is called Ink."})");
    EXPECT_EQ(decided("remember to buy milk", skills), R"(learn {"fact":"I want to buy milk."})");
    EXPECT_EQ(decided("my name is anna", skills), R"(learn {"fact":"My name is Anna."})");
    EXPECT_EQ(decided("forget my cat", skills), R"(learn {"operation":"forget","fact":"cat"})");
    EXPECT_EQ(decided("forget everything", skills), R"(learn {"operation":"forget","fact":"everything"})");
    const std::vector<Message> earlier{
        {.role = Role::System,
         .content = "Be brief.\n\nNotes:\n- \"I like tea\"\n- \"My cat is called Ink.\""}};
    EXPECT_EQ(decided("what is my cat called", skills, earlier), "Your cat is called Ink.");
    EXPECT_EQ(decided("what is my dog called", skills, earlier), "You haven't told me that.");
}

TEST(Decide, AboutMemory) {
    for (const auto& [utterance, decision] : std::initializer_list<Decided>{
             {"remember that my favorite color is blue",
              R"(notes {"operation":"remember","note":"your favorite color is blue"})"},
             {"please remember I parked on level three",
              R"(notes {"operation":"remember","note":"you parked on level three"})"},
             {"don't forget that I'm allergic to nuts",
              R"(notes {"operation":"remember","note":"you are allergic to nuts"})"},
             {"remember to buy milk", R"(notes {"operation":"remember","note":"you want to buy milk"})"},
             {"can you remember that the door code is 4711",
              R"(notes {"operation":"remember","note":"the door code is 4711"})"},
             {"my name is anna", R"(notes {"operation":"remember","note":"your name is Anna"})"},
             {"hello, my name is Anna", R"(notes {"operation":"remember","note":"your name is Anna"})"},
             {"call me anna", R"(notes {"operation":"remember","note":"your name is Anna"})"},
             {"my favorite color is blue",
              R"(notes {"operation":"remember","note":"your favorite color is blue"})"},
             {"what is my favorite color", R"(notes {"operation":"recall","about":"favorite color"})"},
             {"what's my name?", R"(notes {"operation":"recall","about":"name"})"},
             {"do you know my name", R"(notes {"operation":"recall","about":"name"})"},
             {"who am i", R"(notes {"operation":"recall","about":"name"})"},
             {"where are my keys", R"(notes {"operation":"recall","about":"keys"})"},
             {"where did i park", R"(notes {"operation":"recall","about":"park"})"},
             {"what do you remember", R"(notes {"operation":"recall"})"},
             {"what did i tell you to remember", R"(notes {"operation":"recall"})"},
             {"forget my favorite color", R"(notes {"operation":"forget","about":"favorite color"})"},
             {"forget everything", R"(notes {"operation":"forget"})"},
         }) {
        EXPECT_EQ(decided(utterance), decision) << utterance;
    }
}

TEST(Decide, RecallsFromTheConversationWithoutNotes) {
    const std::vector<Message> earlier{
        {.role = Role::System, .content = "my name is System"},
        {.role = Role::User, .content = "my name is anna"},
        {.role = Role::Assistant, .content = "Okay."},
        {.role = Role::User, .content = "Remember that my favorite color is blue."},
        {.role = Role::Assistant, .content = "Okay."},
    };
    EXPECT_EQ(decided("what is my name", {}, earlier), "Your name is Anna.");
    EXPECT_EQ(decided("what's my favorite color", {}, earlier), "Your favorite color is blue.");
    EXPECT_EQ(decided("how old am i", {}, earlier), "You haven't told me that.");
    EXPECT_EQ(decided("my dog is called rex", {}),
              "Okay, your dog is called rex. I will remember that while we talk.");
}

TEST(Decide, RepeatsWhatWasSaid) {
    const std::vector<Message> earlier{
        {.role = Role::User, .content = "Good morning"},
        {.role = Role::Assistant, .content = "Hello! What can I do for you?"},
    };
    EXPECT_EQ(decided("what did i just say", all_skills, earlier), "You said: Good morning");
    EXPECT_EQ(decided("say that again", all_skills, earlier), "Hello! What can I do for you?");
    EXPECT_EQ(decided("pardon?", all_skills, earlier), "Hello! What can I do for you?");
    EXPECT_EQ(decided("can you repeat that please", all_skills, earlier), "Hello! What can I do for you?");
    EXPECT_EQ(decided("what did i just say"), "That was the first thing you said.");
    EXPECT_EQ(decided("say that again"), "I haven't said anything yet.");
    EXPECT_EQ(decided("repeat after me the quick brown fox"), "the quick brown fox");
}

TEST(Decide, IsPolite) {
    for (const auto& [utterance, decision] : std::initializer_list<Decided>{
             {"hello", "Hello! What can I do for you?"},
             {"Hi there!", "Hello! What can I do for you?"},
             {"good morning", "Hello! What can I do for you?"},
             {"how are you", "I am well, thank you. What can I do for you?"},
             {"thank you very much", "You are welcome."},
             {"thanks", "You are welcome."},
             {"goodbye", "Goodbye!"},
             {"good night", "Goodbye!"},
             {"never mind", "Okay."},
             {"stop", "Okay."},
             {"forget it", "Okay."},
             {"", "Sorry, I didn't catch that."},
             {"um", "Sorry, I didn't catch that."},
             {"?!", "Sorry, I didn't catch that."},
         }) {
        EXPECT_EQ(decided(utterance), decision) << utterance;
    }
}

TEST(Decide, TellsOnlyOfSkillsThatAreThere) {
    EXPECT_EQ(decided("what can you do"),
              "I can tell the time and the date, calculate, set timers, remember things for you and repeat "
              "what was "
              "said. For real conversation, I need a language model.");
    EXPECT_EQ(
        decided("help", {"clock"}),
        "I can tell the time and the date and repeat what was said. For real conversation, I need a language "
        "model.");
    EXPECT_EQ(decided("who are you"),
              "I am a small voice assistant that follows simple rules. My program is called repartee.");
}

TEST(Decide, NeverAsksASkillThatIsNotOffered) {
    EXPECT_EQ(decided("what time is it", {}), "I have no clock in this conversation.");
    EXPECT_EQ(decided("two plus two", {}), "I have no calculator in this conversation.");
    EXPECT_EQ(decided("set a timer for five minutes", {}), "I have no timer in this conversation.");
    EXPECT_EQ(decided("set a timer", {}), "I have no timer in this conversation.");
    EXPECT_EQ(decided("cancel the timer", {}), "I have no timer in this conversation.");
    EXPECT_EQ(decided("forget everything", {}), "I have no notes in this conversation.");
}

TEST(Decide, SaysPlainlyWhatIsMissing) {
    for (const auto* utterance :
         {"what's the weather like", "tell me a joke", "who was the first person on the moon", "what is love",
          "what time does the store close", "how long is a mile", "set the table", "cancel my subscription",
          "what is five", "what day is christmas", "what is the date of easter", "what date is it in paris",
          "what day of the week is my wedding", "remind me to be nice", "blue", "why",
          "how long does it take to boil an egg"}) {
        EXPECT_THAT(decided(utterance),
                    testing::StartsWith("I can't answer that, because no language model is set up."))
            << utterance;
    }
}

TEST(Decide, SaysThatItKnowsOnlyEnglish) {
    EXPECT_THAT(decided("\u0928\u092E\u0938\u094D\u0924\u0947"),
                testing::StartsWith("\u092E\u0941\u091D\u0947"));
    EXPECT_THAT(decided("\u041F\u0440\u0438\u0432\u0435\u0442"),
                testing::StartsWith("I understand only English"));
    EXPECT_THAT(decided("\u4F60\u597D"), testing::StartsWith("I understand only English"));
    EXPECT_EQ(decided("hello \U0001F600"), "Hello! What can I do for you?");
    EXPECT_EQ(decided("my name is Zo\u00EB"),
              "notes {\"operation\":\"remember\",\"note\":\"your name is Zo\u00EB\"}");
}

TEST(Decide, SurvivesAnything) {
    std::string long_text;
    for (int count = 0; count < 2'000; ++count) {
        long_text += "set a timer for time left on ";
    }
    EXPECT_FALSE(decided(long_text).empty());
    EXPECT_FALSE(decided(std::string(10'000, '(')).empty());
    EXPECT_FALSE(decided("\xFF\xE0\xC3").empty());
    EXPECT_FALSE(decided(std::string_view("a\0b", 3)).empty());
}

}  // namespace
}  // namespace repartee::engines::rules
