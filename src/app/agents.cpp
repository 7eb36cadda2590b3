#include "app/agents.h"

#include "config/value_text.h"
#include "config/writing.h"
#include "engines/hall.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace repartee::app {

namespace {

constexpr std::size_t longest_id = 64;  // bytes

// What a mistake of a file may say, at most.
constexpr std::size_t longest_message = 1000;  // characters

bool is_table_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

config::Sections sections_of(agents::AgentSettings& settings) {
    return {{"agents", "Who can be talked to.", [&](Fields& fields) { describe(fields, settings); }}};
}

void append(config::Mistakes& mistakes, const agents::FileMistakes& more) {
    for (const auto& mistake : more) {
        mistakes.push_back({.source = mistake.file,
                            .line = mistake.line,
                            .column = mistake.column,
                            .subject = mistake.key,
                            .message = config::presentable(mistake.message, longest_message)});
    }
}

// Nothing, and a mistake, where there is no such file; a byte too much is read, so that too much shows.
std::optional<std::string> text_of(const std::string& path, config::Mistakes& mistakes) {
    std::error_code fault;
    auto reject = [&](std::string message) {
        mistakes.push_back({.source = path, .message = std::move(message)});
        return std::nullopt;
    };
    if (!std::filesystem::exists(path, fault)) {
        return reject("there is no such file");
    }
    if (std::filesystem::is_directory(path, fault)) {
        return reject("this is a directory; a file was expected");
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(agents::largest_file + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof() && !file) {
        return reject("this file cannot be read");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

void check_kind(config::Mistakes& mistakes, const std::string& table, const std::string& trade,
                const agents::EngineChoice& choice, const std::vector<std::string>& known) {
    if (choice.kind.empty()) {
        return;
    }
    for (const auto& word : engines::words_of_choice(choice.kind)) {
        if (std::ranges::find(known, word) != known.end()) {
            continue;
        }
        config::Mistake mistake{
            .source = choice.told_by.empty() ? "repartee.toml" : choice.told_by,
            .subject = choice.told_by.empty() ? fmt::format("{}.{}.kind", table, trade) : "model_provider",
            .message = fmt::format("there is no engine '{}'; known here: {}", config::presentable(word),
                                   fmt::join(known, ", "))};
        // One block of config.json speaks for all agents.
        if (std::ranges::find(mistakes, mistake) == mistakes.end()) {
            mistakes.push_back(std::move(mistake));
        }
    }
}

void check_kinds(config::Mistakes& mistakes, const agents::Definition& definition,
                 const engines::Catalogue& catalogue) {
    auto table = "agents." + definition.agent.id;
    check_kind(mistakes, table, "recogniser", definition.recogniser, engines::recogniser_kinds(catalogue));
    check_kind(mistakes, table, "model", definition.model, engines::model_kinds(catalogue));
    check_kind(mistakes, table, "synthesiser", definition.synthesiser, engines::synthesiser_kinds(catalogue));
}

// A kind that the table names is no longer what config.json made of it.
void note_who_told(agents::EngineChoice& choice, const config::Origins& origins, const std::string& table) {
    if (origins.contains(table + ".kind")) {
        choice.told_by.clear();
    }
}

}  // namespace

AgentTables::AgentTables(const config::Sources& sources) {
    for (auto& id : config::tables_below(sources, "agents")) {
        if (is_table_id(id)) {
            ids_.push_back(std::move(id));
        } else {
            mistakes_.push_back(
                {.source = sources.file_name,
                 .subject = "agents." + config::key_text(id),
                 .message = fmt::format("an agent's id has 1 to {} letters, digits, _ and -", longest_id)});
        }
    }
    for (const auto& id : ids_) {
        scratch_.push_back(agents::blank(id));
    }
}

config::Sections AgentTables::sections() {
    config::Sections sections;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        sections.push_back(agent_section(ids_[i], scratch_[i]));
    }
    return sections;
}

config::Section agent_section(const std::string& id, agents::Definition& definition) {
    return {"agents." + id, "One agent; the table is named after its id.",
            [&definition](Fields& fields) { agents::describe(fields, definition); }};
}

AgentReading read_agents(const agents::AgentSettings& settings, const config::Sources& sources,
                         const engines::Catalogue& catalogue) {
    AgentReading reading;
    auto& mistakes = reading.mistakes;
    agents::FileMistakes in_files;
    std::optional<agents::ConfigJson> config;
    std::optional<std::vector<agents::AgentEntry>> entries;
    if (!settings.config_json.empty()) {
        if (auto text = text_of(settings.config_json, mistakes)) {
            config = agents::read_config_json(*text, settings.config_json, in_files);
        }
    }
    if (!settings.agents_json.empty()) {
        if (auto text = text_of(settings.agents_json, mistakes)) {
            entries = agents::read_agents_json(*text, settings.agents_json, in_files);
        }
    }
    append(mistakes, in_files);
    if (!mistakes.empty()) {
        return reading;
    }

    AgentTables tables(sources);
    auto definitions = agents::gather(entries, config, tables.ids());
    config::Sections sections;
    for (auto& definition : definitions) {
        if (std::ranges::find(tables.ids(), definition.agent.id) != tables.ids().end()) {
            sections.push_back(agent_section(definition.agent.id, definition));
        }
    }
    // Mistakes in the tables have been told by whoever read the whole file.
    reading.origins = config::read(sections, sources).origins;
    for (auto& definition : definitions) {
        auto table = "agents." + definition.agent.id;
        note_who_told(definition.recogniser, reading.origins, table + ".recogniser");
        note_who_told(definition.model, reading.origins, table + ".model");
        note_who_told(definition.synthesiser, reading.origins, table + ".synthesiser");
        check_kinds(mistakes, definition, catalogue);
    }
    std::size_t chosen = 0;
    if (!settings.default_agent.empty()) {
        auto named = [&](const agents::Definition& one) { return one.agent.id == settings.default_agent; };
        chosen = static_cast<std::size_t>(std::ranges::find_if(definitions, named) - definitions.begin());
        if (chosen == definitions.size()) {
            mistakes.push_back({.source = sources.file_name,
                                .subject = "agents.default",
                                .message = fmt::format("there is no agent '{}'",
                                                       config::presentable(settings.default_agent))});
        }
    }
    if (mistakes.empty()) {
        reading.book.emplace(std::move(definitions), chosen, config ? config->port : std::nullopt);
    }
    return reading;
}

Result<agents::AgentBook> read_agents_again(const config::SourceOptions& options,
                                            const engines::Catalogue& catalogue) {
    auto sources = config::sources_on_disk(config::environment_of_process(), options);
    agents::AgentSettings settings;
    AgentTables tables(sources);
    auto sections = sections_of(settings);
    std::ranges::move(tables.sections(), std::back_inserter(sections));
    config::Mistakes mistakes;
    for (auto& mistake : config::read(sections, sources).mistakes) {
        // The other tables are unknown here, and in force as they were.
        if (mistake.subject.empty() || mistake.subject.starts_with("agents") ||
            mistake.layer != config::Mistake::Layer::File) {
            mistakes.push_back(std::move(mistake));
        }
    }
    std::ranges::copy(tables.mistakes(), std::back_inserter(mistakes));
    auto reading = read_agents(settings, sources, catalogue);
    std::ranges::move(reading.mistakes, std::back_inserter(mistakes));
    if (!mistakes.empty()) {
        return Error{ErrorKind::Unprocessable, config::to_text(mistakes), {}};
    }
    return std::move(*reading.book);
}

std::string print_agents(const agents::AgentBook& book, config::Origins origins) {
    config::Sections sections;
    std::vector<agents::Definition> definitions(book.all().begin(), book.all().end());
    for (auto& definition : definitions) {
        auto section = agent_section(config::key_text(definition.agent.id), definition);
        for (const auto& [key, origin] : definition.origins) {
            origins.try_emplace(fmt::format("{}.{}", section.name, key), origin);  // unless its table says
        }
        sections.push_back(std::move(section));
    }
    return fmt::format("# Agents. Who names none talks to {}.\n\n{}",
                       config::presentable(book.default_agent().agent.id), config::print(sections, origins));
}

}  // namespace repartee::app
