#include "agents/agent_settings.h"

namespace repartee::agents {

void describe(Fields& fields, AgentSettings& settings) {
    fields.field("default", settings.default_agent,
                 {.help = "The id of the agent that answers who names none; empty: the first."});
    fields.field(
        "agents_json", settings.agents_json,
        {.help = "Path of the original's agents.json; empty: none.", .environment = "REPARTEE_AGENTS_JSON"});
    fields.field(
        "config_json", settings.config_json,
        {.help = "Path of the original's config.json; empty: none.", .environment = "REPARTEE_CONFIG_JSON"});
}

}  // namespace repartee::agents
