// The tools of one server as this house has them: under which names, with which effect, and which of them
// not. Pure.
#pragma once

#include "mcp/client/settings.h"
#include "mcp/tool.h"
#include "skills/skill.h"
#include "vocabulary/skill_call.h"

#include <boost/json/array.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::mcp::client {

struct OfferedTool {
    std::string name;  // at the server
    SharedSchema schema;
    skills::SkillManners manners;
    std::vector<ParameterHeader> headers;
};

struct LeftOut {
    std::string name;
    std::string why;
};

struct ToolList {
    std::vector<std::shared_ptr<const OfferedTool>> tools;  // in the server's order
    std::vector<LeftOut> left_out;                          // not those that the settings deny
};

// Of one server; a prompt with more of them is no use to any model.
constexpr std::size_t most_tools = 128;

// `listed` as the server listed them, all pages in a row.
ToolList offered_tools(const ServerSettings& settings, const boost::json::array& listed);

// [A-Za-z0-9_-]{1,64}, beginning with the server's name: "home_lights_on". What cannot stand in it becomes an
// underscore; where that makes two names alike, or one is too long, it ends with a few digits made from all
// of it.
std::vector<std::string> names_for_model(std::string_view server, const std::vector<std::string>& tools);

// What a tool does to the world: the worst that is possible, unless the settings or a server that they trust
// say otherwise.
skills::SkillManners manners_of(const ServerSettings& settings, const Tool& tool);

// Whether an agent has it: by the server's settings, or by what its own skills name.
bool may_have(const ServerSettings& settings, std::string_view tool, std::string_view agent,
              const std::vector<std::string>& names);

// What came of a call, as a model is told it and an ear can be: bounded, plain, and quoted.
std::string words_of(std::string_view server, const ToolResult& result);

}  // namespace repartee::mcp::client
