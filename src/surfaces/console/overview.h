// The house at a glance, as JSON. Pure: facts in, an object out.
#pragma once

#include "agents/agent_book.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "surfaces/console/admission.h"
#include "surfaces/steward.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <vector>

namespace repartee::surfaces::console {

// What everybody may know, for without it nobody could talk.
struct OpenFacts {
    bool ready = false;
    std::shared_ptr<const agents::AgentBook> agents;
    bool lets_anonymous_in = false;
    bool registration_open = false;
    std::string captions_closed_because;  // empty: they are open
    devices::RobotState robot;
    bool may_fetch_models = false;
};

// What is shown to who sees all.
struct HouseFacts {
    std::string version;
    Listening listening;
    std::vector<engines::Hall::Trade> trades;
    std::vector<engines::Verdict> decoders;
    std::vector<StoreFacts> stores;
};

boost::json::object describe(const OpenFacts& facts, const Visitor& visitor);
void describe_in_full(boost::json::object& overview, const OpenFacts& facts, const HouseFacts& house);

// Each trade with what is known of its engines; the decoders, all of which are in use, last.
boost::json::array describe_engines(const std::vector<engines::Hall::Trade>& trades,
                                    const std::vector<engines::Verdict>& decoders);

}  // namespace repartee::surfaces::console
