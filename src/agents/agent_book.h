// Who can be talked to: all agents of a server at one moment. Does not change; when the files do, another
// book takes its place (AgentShelf), and calls under way keep the one they began with.
#pragma once

#include "agents/agents_json.h"
#include "agents/config_json.h"
#include "agents/definition.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace repartee::agents {

class AgentBook {
public:
    // At least one definition; `default_position` is that of one of them.
    AgentBook(std::vector<Definition> definitions, std::size_t default_position,
              std::optional<std::uint16_t> port = {});

    // Null when there is no such agent.
    const Definition* find(std::string_view id) const;

    // Who answers who names nobody.
    const Definition& default_agent() const { return definitions_[default_]; }

    std::span<const Definition> all() const { return definitions_; }

    // On which port the original's config.json wants calls taken, if it says.
    std::optional<std::uint16_t> port() const { return port_; }

private:
    std::vector<Definition> definitions_;
    std::size_t default_;
    std::optional<std::uint16_t> port_;
};

// Who there is before the tables of repartee.toml have their say: the agents of agents.json, in its order;
// those of `tables` that are new; and the built-in ones, unless there is an agents.json. What config.json
// says holds for all of them, and an agent's own values before it. `tables` are ids.
std::vector<Definition> gather(const std::optional<std::vector<AgentEntry>>& entries,
                               const std::optional<ConfigJson>& config,
                               const std::vector<std::string>& tables);

}  // namespace repartee::agents
