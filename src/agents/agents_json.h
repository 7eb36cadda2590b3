// agents.json of the original: who answers, by id. Pure.
#pragma once

#include "agents/definition.h"
#include "agents/original_file.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::agents {

// One agent of the file; where it says nothing there is nothing.
struct AgentEntry {
    std::string id;
    std::string file = {};
    std::optional<std::string> name = {};
    std::optional<std::string> system_prompt = {};
    std::optional<std::string> first_message = {};
    std::optional<double> temperature = {};
    std::optional<int> max_tokens = {};
    std::optional<std::vector<std::string>> skills = {};  // ours; the original has none
};

// In the order of the file, which decides who is the first. A file without agents is a mistake.
std::vector<AgentEntry> read_agents_json(std::string_view text, const std::string& file,
                                         FileMistakes& mistakes);

// Overrides in a definition all that the entry says.
void apply(const AgentEntry& entry, Definition& definition);

}  // namespace repartee::agents
