// Something an agent can do besides talking: tell the time, calculate, set a timer.
//
// A conversation builds its own set, so what a skill remembers lives as long as the conversation
// and nobody else sees it. All calls on the conversation's strand.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "vocabulary/skill_call.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace repartee::skills {

// What a skill asks the conversation to do later. The skill itself owns no clock hands.
struct StartTimer {
    std::string id;
    Duration after{};
    std::string announcement;  // what the agent says when it fires
};
struct CancelTimer {
    std::string id;
};
using Effect = std::variant<StartTimer, CancelTimer>;

struct SkillResult {
    // One or two plain sentences, ready to be spoken as they are: "It is five past three."
    // The rules model passes them on, a language model may put them in its own words.
    std::string text;
    std::vector<Effect> effects = {};
};

class Skill {
public:
    virtual ~Skill() = default;

    virtual SkillSchema schema() const = 0;

    // `arguments` have passed the schema's check (skills::check_arguments). A request that makes no
    // sense is no failure: the result says so in words. Cancelling leaves no effect behind.
    virtual awaitable<SkillResult> run(boost::json::object arguments) = 0;
};

// What a skill may use. All of it outlives the skill.
struct SkillSurroundings {
    Clock& clock;
};

struct SkillOffer {
    std::string name;  // equal to its schema's name
    std::function<std::unique_ptr<Skill>(const SkillSurroundings&)> create;
};

// Generated from the list in src/skills/CMakeLists.txt.
void register_all(std::vector<SkillOffer>& offers);

// The skills of these names, built for one conversation; names that nobody offers are passed over.
std::vector<std::unique_ptr<Skill>> build_skills(const std::vector<SkillOffer>& offers,
                                                 const std::vector<std::string>& names,
                                                 const SkillSurroundings& surroundings);

// Checks a model's arguments against a schema: required keys there, types right, enums obeyed, unknown
// keys dropped. The cleaned arguments, or what is wrong with them.
Result<boost::json::object> check_arguments(const SkillSchema& schema, boost::json::object arguments);

}  // namespace repartee::skills
