// What can be set about a server whose tools are used here: the table [mcp.servers.<name>].
#pragma once

#include "base/fields.h"
#include "base/secret.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::mcp::client {

// No call takes longer, whatever progress it tells of: a conversation waits for 30 s.
constexpr std::chrono::milliseconds longest_call{28'000};

// "MCP_HOME_LAB_TOKEN" for "home-lab".
std::string variable_for(std::string_view server, std::string_view what);

struct ServerSettings {
    std::string name = {};  // of the table; the names of its tools begin with it
    // The variables that take the place of `token` and `environment`, after its name: MCP_HOME_TOKEN.
    std::string token_variable = variable_for(name, "TOKEN");
    std::string environment_variable = variable_for(name, "ENVIRONMENT");
    // Where it is, or what starts it: one of the two.
    std::string url = {};
    std::string command = {};
    std::vector<std::string> arguments = {};
    Secret environment = {};  // NAME=value, a line each
    std::string working_directory = {};
    Secret token = {};
    std::string protocol = "auto";
    // Which of its tools there are. These and the following: names, or beginnings of names with a "*" behind.
    std::vector<std::string> allow = {"*"};
    std::vector<std::string> deny = {};
    // What they do to the world, where the settings know better than the most careful assumption.
    bool trust_annotations = false;
    std::vector<std::string> reads = {};
    std::vector<std::string> may_repeat = {};
    std::vector<std::string> ask_first = {};
    std::vector<std::string> do_not_ask = {};
    std::vector<std::string> agents = {};  // that have all of them
    std::chrono::milliseconds timeout{20'000};
    std::chrono::milliseconds refresh{300'000};

    bool is_process() const { return !command.empty(); }
};

// A server's name: small letters, digits and hyphens, 24 at most. No underscore, so that the names of two
// servers' tools are never alike.
bool is_server_name(std::string_view name);

void describe(Fields& fields, ServerSettings& settings);

// What is wrong with it that no single field can know, a sentence each.
std::vector<std::string> mistakes_in(const ServerSettings& settings);

// "NAME=value" of each line that is not empty.
std::vector<std::string> environment_of(const ServerSettings& settings);

// Whether one of the patterns means this name.
bool names_tool(const std::vector<std::string>& patterns, std::string_view tool);

}  // namespace repartee::mcp::client
