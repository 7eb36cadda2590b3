// Something an agent can do besides talking: tell the time, calculate, set a timer.
//
// A conversation builds its own set, so what a skill remembers lives as long as the conversation
// and nobody else sees it. All calls on the conversation's strand.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fields.h"
#include "devices/robot.h"
#include "net/http_client.h"
#include "skills/remembering.h"
#include "vocabulary/skill_call.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace repartee::skills {

// Where it is done: by this server, or by the client, which is told what to do (ClientAction).
enum class RunsOn { Server, Client };

// What it does to the world; decides what may be done again, and what needs care.
enum class EffectClass {
    Reads,      // leaves no trace
    MayRepeat,  // once more does no harm
    Commits,    // each time counts: a call, a message, a movement
};

struct SkillManners {
    RunsOn runs_on = RunsOn::Server;
    EffectClass effect = EffectClass::Reads;
    // The user is asked before it happens, whatever the model says.
    bool needs_confirmation = false;
};

// What the client shall do: "call", {"target":"Mom"}.
struct ClientAction {
    std::string name;
    boost::json::object parameters;
    bool needs_confirmation = false;
};

// What a skill asks the conversation to do later. The skill itself owns no clock hands.
struct StartTimer {
    std::string id;
    Duration after{};
    std::string announcement;  // what the agent says when it fires
};
struct CancelTimer {
    std::string id;
};
using Effect = std::variant<StartTimer, CancelTimer, ClientAction>;

struct SkillResult {
    // One or two plain sentences, ready to be spoken as they are: "It is five past three."
    // The rules model passes them on, a language model may put them in its own words.
    std::string text;
    std::vector<Effect> effects = {};
};

class Skill {
public:
    virtual ~Skill() = default;

    virtual SharedSchema schema() const = 0;
    virtual SkillManners manners() const { return {}; }

    // `arguments` have passed the schema's check (skills::check_arguments). A request that makes no
    // sense is no failure: the result says so in words. Cancelling leaves no effect behind.
    virtual awaitable<SkillResult> run(boost::json::object arguments) = 0;

    // An effect of `run` that does not happen: the user never heard of it.
    virtual void undo(const Effect&) {}
};

// What a skill may use. All of it outlives the skill. A skill that needs what is not there says so when it is
// asked.
struct SkillSurroundings {
    Clock& clock;
    net::HttpClient* http = nullptr;
    Remembering* memory = nullptr;  // of the person who talks; null: nothing is remembered of them
    devices::Robot* robot = nullptr;
    bool client_acts = true;  // the client does what a ClientAction tells it
};

struct SkillOffer {
    std::string name;  // equal to its schema's name
    std::function<std::unique_ptr<Skill>(const SkillSurroundings&)> create;
    // Its settings, as the table [skills.<name>]; empty: it has none.
    std::string help = {};
    std::function<void(Fields&)> describe = {};
};

// A skill's name, where models know it by another one: "navigate" is "navigation".
std::string_view known_name(std::string_view name);

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
