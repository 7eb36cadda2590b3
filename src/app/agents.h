// The agents as repartee.toml and the original's files have them.
//
// They are read in two steps, because what is in [agents.<id>] changes what the original's files say, and
// those are named in [agents]: first the settings, then the files, then the tables once more, into what
// came of the files.
#pragma once

#include "agents/agent_book.h"
#include "agents/agent_settings.h"
#include "config/settings_file.h"
#include "engines/catalogue.h"

#include <optional>
#include <string>
#include <vector>

namespace repartee::app {

// The tables [agents.<id>] of a settings file, as far as their ids will do, and room for what they say:
// what is in them is checked as part of the whole file.
class AgentTables {
public:
    explicit AgentTables(const config::Sources& sources);

    const std::vector<std::string>& ids() const { return ids_; }
    const config::Mistakes& mistakes() const { return mistakes_; }

    // Refer to this.
    config::Sections sections();

private:
    std::vector<std::string> ids_;
    std::vector<agents::Definition> scratch_;
    config::Mistakes mistakes_;
};

// A table of that name which says what a definition says; refers to it.
config::Section agent_section(const std::string& id, agents::Definition& definition);

struct AgentReading {
    std::optional<agents::AgentBook> book;  // nothing when there are mistakes
    config::Mistakes mistakes;
    config::Origins origins;  // of what the tables say
};

// `settings` have been read from the same sources. Reads the original's files: blocks.
AgentReading read_agents(const agents::AgentSettings& settings, const config::Sources& sources,
                         const engines::Catalogue& catalogue);

// All of it again, for a server that runs: what it was started with, as the files are now. An Error's
// message lists every mistake. Blocks.
Result<agents::AgentBook> read_agents_again(const config::SourceOptions& options,
                                            const engines::Catalogue& catalogue);

// Every agent with all its settings, as a settings file would say it.
std::string print_agents(const agents::AgentBook& book, config::Origins origins);

}  // namespace repartee::app
