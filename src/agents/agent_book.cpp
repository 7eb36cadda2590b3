#include "agents/agent_book.h"

#include "agents/built_in.h"

#include <algorithm>
#include <cassert>

namespace repartee::agents {

namespace {

bool holds(const std::vector<Definition>& definitions, std::string_view id) {
    return std::ranges::any_of(definitions, [&](const Definition& one) { return one.agent.id == id; });
}

Definition definition_of(conversation::Agent agent) {
    Definition definition;
    definition.agent = std::move(agent);
    for (auto key : {"name", "system_prompt", "skills", "language", "speed", "temperature", "max_tokens"}) {
        definition.origins[key] = "built in";
    }
    return definition;
}

std::vector<Definition> built_in() {
    std::vector<Definition> definitions;
    definitions.push_back(definition_of(shinchan_agent()));
    definitions.push_back(definition_of(repartee_agent()));
    return definitions;
}

}  // namespace

AgentBook::AgentBook(std::vector<Definition> definitions, std::size_t default_position,
                     std::optional<std::uint16_t> port)
    : definitions_(std::move(definitions)), default_(default_position), port_(port) {
    assert(default_ < definitions_.size());
}

const Definition* AgentBook::find(std::string_view id) const {
    auto found =
        std::ranges::find_if(definitions_, [&](const Definition& one) { return one.agent.id == id; });
    return found != definitions_.end() ? &*found : nullptr;
}

std::vector<Definition> gather(const std::optional<std::vector<AgentEntry>>& entries,
                               const std::optional<ConfigJson>& config,
                               const std::vector<std::string>& tables) {
    std::vector<Definition> definitions;
    auto add = [&](Definition definition) {
        if (config) {
            apply(*config, definition);
        }
        definitions.push_back(std::move(definition));
    };
    for (const auto& entry : entries.value_or(std::vector<AgentEntry>())) {
        add(blank(entry.id));
        apply(entry, definitions.back());
    }
    auto spare = entries ? std::vector<Definition>() : built_in();
    for (const auto& id : tables) {
        if (!holds(definitions, id) && !holds(spare, id)) {
            add(blank(id));
        }
    }
    std::ranges::for_each(spare, add);
    return definitions;
}

}  // namespace repartee::agents
