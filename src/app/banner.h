// What the server says when it starts: where it is, what it works with and why, what to try first.
#pragma once

#include "app/settings.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "mcp/client/peer.h"
#include "net/server.h"

#include <ostream>
#include <string>
#include <vector>

namespace repartee::app {

struct Banner {
    std::vector<std::string> urls;  // the first is for this machine
    bool secure = false;
    bool others_can_reach_us = false;
    std::string try_first;  // a command that can be typed as it is
};

// `program` is how this program was called.
Banner make_banner(const Settings& settings, const net::Endpoint& endpoint, const std::string& program);

void print_addresses(std::ostream& out, const Banner& banner);

// A line per trade: what is in use and why; below it what to type for something better.
void print_engines(std::ostream& out, const engines::Hall& hall);
// The same for the banner, with a line about the robot if there should be one, and one for each server of
// tools.
void print_engines(std::ostream& out, const Banner& banner, const engines::Hall& hall,
                   const devices::RobotState& robot, const std::vector<mcp::client::PeerState>& tool_servers);

// The network addresses of this machine, without loopback.
std::vector<std::string> network_addresses();

}  // namespace repartee::app
