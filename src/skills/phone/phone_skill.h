// What a phone can do for its owner: call, write, show the way, keep a calendar, play music, set its volume.
// The server does none of it: the client is told what to do (ClientAction).
#pragma once

#include "skills/skill.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace repartee::skills::phone {

// More than any of these needs; bytes of JSON.
inline constexpr std::size_t most_details = 4096;

struct PhoneTask {
    std::string_view name;
    std::string_view description;
    std::string_view parameters;  // JSON schema
    SkillManners manners;
    // What is said when the client is told: "Calling Mom."
    std::string (*sentence)(const boost::json::object& arguments);
    // Whether just this is to be confirmed, whatever the manners say; null: never.
    bool (*needs_confirmation)(const boost::json::object& arguments) = nullptr;
};

std::span<const PhoneTask> tasks();

class PhoneSkill final : public Skill {
public:
    // `task` outlives the skill. `client_acts` as in SkillSurroundings.
    PhoneSkill(const PhoneTask& task, bool client_acts) : task_(task), client_acts_(client_acts) {}

    SharedSchema schema() const override;
    SkillManners manners() const override { return task_.manners; }
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    const PhoneTask& task_;
    const bool client_acts_;
};

}  // namespace repartee::skills::phone
