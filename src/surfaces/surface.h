// A client protocol: its paths, its messages, its errors.
//
// Each surface's folder adds one offer in register.cpp; the list of folders in
// src/surfaces/CMakeLists.txt generates the calls. A surface puts its routes into the router and
// translates between the wire and the conversation; it decides nothing about talking.
#pragma once

#include "agents/agent_shelf.h"
#include "base/clock.h"
#include "base/fields.h"
#include "base/log.h"
#include "base/metrics.h"
#include "capacity/gate.h"
#include "conversation/agent.h"
#include "conversation/conversation.h"
#include "devices/microphone.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "hearing/ears.h"
#include "net/router.h"
#include "skills/skill.h"
#include "skills/toolbox.h"
#include "surfaces/archive.h"
#include "surfaces/entrance.h"
#include "surfaces/room.h"
#include "surfaces/steward.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repartee::surfaces {

// What a surface may use. All of it outlives the surface.
struct Stage {
    engines::Hall& engines;
    const hearing::Ears& ears;
    const std::vector<skills::SkillOffer>& skills;
    const conversation::Agent& agent;  // who answers where agents cannot be chosen
    const agents::AgentShelf& agents;  // who can be chosen
    const conversation::TurnMetrics& turn_metrics;
    Clock& clock;
    Log log;
    Metrics& metrics;
    devices::Robot* robot;  // never null: a server without one has a robot that says so
    net::HttpClient& http;  // for skills
    Archive& archive;       // what is kept of people
    bool on_loopback;       // nobody but this machine can reach us
    Executor executor;      // for work of a surface's own; what belongs to a connection lives on its strand
    devices::Microphone& microphone;
    RoomPlace& room;           // who shows what is said in the room, once the surface is there
    Entrance& entrance;        // who may come in without an account, once the surface that knows is there
    Steward& steward;          // who knows the house
    capacity::Gate& capacity;  // whether there is room for one more
    const skills::Toolbox* toolbox = nullptr;  // skills that come and go; null: there are none
};

// For the skills of somebody of whom nothing is remembered, and whose client does nothing by itself.
inline skills::SkillSurroundings for_skills(const Stage& stage) {
    return {.clock = stage.clock,
            .http = &stage.http,
            .memory = nullptr,
            .robot = stage.robot,
            .client_acts = false};
}

// For ConversationOptions::renew_skills: the tools that an agent has besides its skills, as they come and go.
inline std::function<void(skills::SkillSet&)> tools_for(const Stage& stage,
                                                        const conversation::Agent& agent) {
    return skills::renewing_from(stage.toolbox, agent.id, agent.skills);
}

class Surface {
public:
    virtual ~Surface() = default;
    virtual void add_routes(net::Router& router) = 0;
    // A port that carries this surface alone, besides the server's own; 0: none.
    virtual std::uint16_t port_of_its_own() const { return 0; }
    // The server is about to stop: takes in no more of the work that outlives a connection, lets it end
    // well for `grace`, and ends the rest somehow. Returns when nothing of it is left. Once, while the
    // connections are drained as well.
    virtual awaitable<void> drain([[maybe_unused]] Duration grace) { co_return; }
    // Another process has the server's place: gives up what only one can have (the microphone), and returns
    // when nobody will ask for what only this one knows, or is cancelled. Connections go on; `drain` comes
    // later.
    virtual awaitable<void> succeeded() { co_return; }
};

struct SurfaceOffer {
    std::string name;  // the table [surfaces.<name>]
    std::string help;
    std::function<void(Fields&)> describe;
    std::function<std::unique_ptr<Surface>(const Stage&)> create;
    // What is wrong with the settings that no single field can know, a sentence each; empty: nothing can be.
    std::function<std::vector<std::string>(const engines::Catalogue&)> mistakes = {};
};

// Generated from the list in src/surfaces/CMakeLists.txt.
void register_all(std::vector<SurfaceOffer>& offers);

}  // namespace repartee::surfaces
