#include "app/tool_servers.h"

#include "config/mistake.h"
#include "config/value_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace repartee::app {

namespace {

constexpr std::string_view table_of_servers = "mcp.servers";

// Of what was left out, by name.
constexpr std::size_t most_named = 5;

std::string path_of(const std::string& name) {
    return fmt::format("{}.{}", table_of_servers, config::key_text(name));
}

}  // namespace

ToolServers tool_servers_in(const config::Sources& sources, config::Mistakes& mistakes) {
    ToolServers servers;
    for (const auto& name : config::tables_below(sources, table_of_servers)) {
        if (mcp::client::is_server_name(name)) {
            servers.push_back(mcp::client::ServerSettings{.name = name});
        } else {
            mistakes.push_back({.source = sources.file_name,
                                .subject = path_of(name),
                                .message = "a server's name has 1 to 24 small letters, digits and -"});
        }
    }
    return servers;
}

config::Sections sections_of(ToolServers& servers) {
    config::Sections sections;
    for (auto& server : servers) {
        sections.push_back(
            {fmt::format("{}.{}", table_of_servers, server.name),
             "One server whose tools agents can have as skills (docs/mcp.md); the table is named "
             "after it.",
             [&server](Fields& fields) { mcp::client::describe(fields, server); }});
    }
    return sections;
}

void check_tool_servers(const ToolServers& servers, config::Mistakes& mistakes) {
    for (const auto& server : servers) {
        for (const auto& message : mcp::client::mistakes_in(server)) {
            mistakes.push_back({.source = "settings", .subject = path_of(server.name), .message = message});
        }
    }
}

std::string in_words(const mcp::client::PeerState& server) {
    if (!server.reachable) {
        return fmt::format("{}: not reachable{}{}", server.name, server.trouble.empty() ? " yet" : ": ",
                           config::presentable(server.trouble, 300));
    }
    auto words =
        fmt::format("{}: {} tool{}", server.name, server.tools.size(), server.tools.size() == 1 ? "" : "s");
    if (!server.left_out.empty()) {
        std::vector<std::string> named;
        for (const auto& left_out : server.left_out) {
            if (named.size() == most_named) {
                named.emplace_back("\u2026");
                break;
            }
            named.push_back(fmt::format("{} ({})", config::presentable(left_out.name),
                                        config::presentable(left_out.why, 200)));
        }
        words += fmt::format("; left out: {}", fmt::join(named, ", "));
    }
    return words;
}

bool report_tool_servers(const mcp::client::McpToolbox& toolbox, Report& report) {
    bool all_well = true;
    for (const auto& server : toolbox.states()) {
        report.line(
            server.reachable ? Finding::Good : Finding::Bad, "tools", in_words(server),
            fmt::format("see [{}.{}] in repartee.toml, and docs/mcp.md", table_of_servers, server.name));
        all_well = all_well && server.reachable;
    }
    return all_well;
}

}  // namespace repartee::app
