#include "skills/phone/phone_skill.h"

#include "skills/try_skill.h"

#include <gtest/gtest.h>

namespace repartee::skills::phone {
namespace {

SkillResult asked(std::string_view name, std::string_view arguments) {
    for (const auto& task : tasks()) {
        if (task.name == name) {
            PhoneSkill skill(task, true);
            return try_skill(skill, arguments);
        }
    }
    throw std::runtime_error("no such task");
}

TEST(PhoneSkill, TellsTheClientWhatToDo) {
    struct Row {
        std::string_view name;
        std::string_view arguments;
        std::string_view text;
        bool confirm;
    };
    for (const auto& row : std::initializer_list<Row>{
             {"call", R"({"target":"Mom"})", "Calling Mom.", true},
             {"sms", R"({"target":"Mom","message":"Late."})", "Here is your message to Mom.", true},
             {"navigation", R"({"destination":"Ulm"})", "Showing the way to Ulm.", false},
             {"calendar", R"({"action":"view"})", "Here is your calendar.", false},
             {"calendar", R"({"action":"add","title":"Tea","where":"here"})",
              "Putting it into your calendar.", false},
             {"calendar", R"({"action":"delete","title":"Tea"})", "Taking it out of your calendar.", true},
             {"media", R"({"command":"next"})", "On to the next one.", false},
             {"system", R"({"setting":"volume","value":"50"})", "Setting the volume to 50.", false}}) {
        auto result = asked(row.name, row.arguments);
        EXPECT_EQ(result.text, row.text);
        ASSERT_EQ(result.effects.size(), 1U) << row.name;
        const auto& action = std::get<ClientAction>(result.effects.front());
        EXPECT_EQ(action.name, row.name);
        EXPECT_EQ(boost::json::serialize(action.parameters), row.arguments);
        EXPECT_EQ(action.needs_confirmation, row.confirm) << row.name;
    }
}

TEST(PhoneSkill, MendsWhatModelsGetWrong) {
    auto result = asked("system", R"({"setting":"brightness","value":50,"more":1})");
    EXPECT_EQ(boost::json::serialize(std::get<ClientAction>(result.effects.at(0)).parameters),
              R"({"setting":"brightness","value":"50"})");
}

TEST(PhoneSkill, RefusesWhatMakesNoSense) {
    EXPECT_THROW(asked("call", "{}"), Failure);
    EXPECT_THROW(asked("call", R"({"target":""})"), Failure);
    EXPECT_THROW(asked("call", R"({"target":["Mom"]})"), Failure);
    EXPECT_THROW(asked("sms", R"({"target":"Mom"})"), Failure);
    EXPECT_THROW(asked("media", R"({"command":"explode"})"), Failure);
    auto much = boost::json::serialize(
        boost::json::object{{"action", "add"}, {"details", std::string(most_details, 'x')}});
    EXPECT_TRUE(asked("calendar", much).effects.empty());
}

TEST(PhoneSkill, OwnsUpToHavingNoPhone) {
    PhoneSkill skill(tasks().front(), false);
    auto result = try_skill(skill, R"({"target":"Mom"})");
    EXPECT_EQ(result.text, "That cannot be done from here: it takes the app on a phone.");
    EXPECT_TRUE(result.effects.empty());
}

TEST(PhoneSkill, IsCarefulWithOtherPeople) {
    for (const auto& task : tasks()) {
        EXPECT_EQ(task.manners.runs_on, RunsOn::Client);
        EXPECT_EQ(task.manners.needs_confirmation, task.name == "call" || task.name == "sms") << task.name;
    }
}

}  // namespace
}  // namespace repartee::skills::phone
