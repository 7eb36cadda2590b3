#include "agents/agents_json.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::agents {

namespace {

// Ids stand in addresses and in logs.
constexpr std::size_t longest_id = 100;  // bytes

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_id &&
           std::ranges::none_of(id, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

AgentEntry read_entry(std::string id, const std::string& file, const FilePart& part) {
    AgentEntry entry{.id = std::move(id), .file = file};
    entry.name = part.text("name");
    entry.system_prompt = part.text("system_prompt");
    entry.first_message = part.text("first_response_message");
    entry.temperature = part.number("temperature", 0, 2);
    if (auto length = part.whole_number("max_tokens", 1, 1'000'000)) {
        entry.max_tokens = static_cast<int>(*length);
    }
    entry.skills = part.texts("skills");
    (void)part.text("id");  // the key decides
    return entry;
}

}  // namespace

std::vector<AgentEntry> read_agents_json(std::string_view text, const std::string& file,
                                         FileMistakes& mistakes) {
    std::vector<AgentEntry> entries;
    auto top = parse_original(text, file, mistakes);
    if (!top) {
        return entries;
    }
    FilePart whole(&*top, "", file, mistakes);
    for (const auto& [key, value] : *top) {
        std::string id(key);
        if (!is_id(id)) {
            mistakes.push_back(
                {.file = file,
                 .message = fmt::format("an agent's id has 1 to {} characters, and none that cannot be seen",
                                        longest_id)});
            continue;
        }
        if (value.is_null()) {
            whole.reject(id, "an object, {...}");
            continue;
        }
        auto part = whole.part(id);
        if (part.present()) {
            entries.push_back(read_entry(std::move(id), file, part));
        }
    }
    if (top->empty()) {
        mistakes.push_back({.file = file, .message = "there is no agent in this file"});
    }
    return entries;
}

void apply(const AgentEntry& entry, Definition& definition) {
    auto override_with = [&](std::string key, const auto& said, auto& value) {
        if (said) {
            value = *said;
            definition.origins[std::move(key)] = entry.file;
        }
    };
    auto& agent = definition.agent;
    if (entry.name && !entry.name->empty()) {
        override_with("name", entry.name, agent.name);
    }
    override_with("system_prompt", entry.system_prompt, agent.instructions);
    override_with("first_response_message", entry.first_message, definition.first_message);
    override_with("skills", entry.skills, agent.skills);
    override_with("temperature", entry.temperature, agent.sampling.temperature);
    override_with("max_tokens", entry.max_tokens, agent.sampling.max_tokens);
}

}  // namespace repartee::agents
