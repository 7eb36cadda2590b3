#include "mcp/client/settings.h"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::mcp::client {

namespace {

constexpr std::string_view protocols[] = {"auto", "legacy", "modern"};
constexpr std::size_t longest_server_name = 24;

bool is_variable(std::string_view line) {
    auto equals = line.find('=');
    return equals != std::string_view::npos && equals > 0 &&
           std::ranges::all_of(line.substr(0, equals), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::string trimmed_line(std::string_view line) {
    auto begin = line.find_first_not_of(" \t\r");
    auto end = line.find_last_not_of(" \t\r");
    return begin == std::string_view::npos ? std::string() : std::string(line.substr(begin, end - begin + 1));
}

}  // namespace

std::string variable_for(std::string_view server, std::string_view what) {
    auto variable = fmt::format("MCP_{}_{}", server, what);
    std::ranges::transform(variable, variable.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
    });
    return variable;
}

bool is_server_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_server_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

void describe(Fields& fields, ServerSettings& settings) {
    fields.field(
        "url", settings.url,
        {.help = "Where it is, for a server over HTTP: https://host/mcp. Redirects to other hosts are not "
                 "followed."});
    fields.field(
        "command", settings.command,
        {.help = "What starts it, for a server that talks over its standard input and output: a program, "
                 "found along PATH. It is ended with us, and started again when it ends."});
    fields.field("arguments", settings.arguments, {.help = "What the program is given."});
    fields.field(
        "environment", settings.environment,
        {.help =
             "Variables for the program, as a shell would set them, a line each. Of ours it gets those that "
             "programs need to find their way, and no others.",
         .environment = settings.environment_variable});
    fields.field("working_directory", settings.working_directory,
                 {.help = "Where the program is started; empty: where we are."});
    fields.field("token", settings.token,
                 {.help = "Sent as `Authorization: Bearer`, to this server alone. Empty: none.",
                  .environment = settings.token_variable});
    fields.field(
        "protocol", settings.protocol,
        {.help = "`auto` finds out; `legacy` begins with a handshake (2025-11-25 and before), `modern` "
                 "has none (2026-07-28).",
         .choices = protocols});
    fields.field("allow", settings.allow,
                 {.help = "Which of its tools there are: names, or beginnings of names with a * behind."});
    fields.field("deny", settings.deny, {.help = "Which of these there are not."});
    fields.field(
        "trust_annotations", settings.trust_annotations,
        {.help = "Whether the server is believed what it says of its tools: that they only read, or may "
                 "be called twice. Else each call counts, as it might."});
    fields.field("reads", settings.reads, {.help = "Tools that only read, whatever the server says."});
    fields.field("may_repeat", settings.may_repeat, {.help = "Tools that may be called twice without harm."});
    fields.field(
        "ask_first", settings.ask_first,
        {.help = "Tools about which the user is asked before each call, besides those that the server "
                 "says destroy something."});
    fields.field("do_not_ask", settings.do_not_ask, {.help = "Tools about which nobody is asked."});
    fields.field(
        "agents", settings.agents,
        {.help = "Ids of agents that have all its tools: those of [agents], and the built-in `repartee`, "
                 "`misty` and `voice_ai`. Others name them among their skills: `mcp`, `mcp:<server>`, "
                 "`mcp:<server>/<tool>`."});
    fields.field(
        "timeout", settings.timeout,
        {.help = "How long a call may take. What tells of its progress may take longer, 28 s at most.",
         .least = 100,
         .most = static_cast<double>(longest_call.count())});
    fields.field(
        "refresh", settings.refresh,
        {.help = "How often it is asked which tools there are, besides when it says that they changed.",
         .least = 1000,
         .most = 86'400'000});
}

std::vector<std::string> mistakes_in(const ServerSettings& settings) {
    std::vector<std::string> mistakes;
    if (settings.url.empty() == settings.command.empty()) {
        mistakes.emplace_back("either a url or a command is wanted, and not both");
    }
    if (!settings.url.empty()) {
        auto url = boost::urls::parse_uri(settings.url);
        if (!url || (url->scheme() != "http" && url->scheme() != "https") || url->encoded_host().empty()) {
            mistakes.emplace_back("its url is no http or https address");
        } else if (url->has_userinfo() || url->has_fragment()) {
            mistakes.emplace_back(
                "its url has a user, a password or a fragment in it; a token belongs into token");
        }
    }
    if (settings.command.empty() && !settings.arguments.empty()) {
        mistakes.emplace_back("there are arguments and no command");
    }
    if (!settings.command.empty() && !settings.token.empty()) {
        mistakes.emplace_back("a token is for a server with a url; a program gets it in its environment");
    }
    if (settings.token.reveal().find_first_of(" \t\r\n") != std::string::npos) {
        mistakes.emplace_back("its token has white space in it");
    }
    for (const auto& line : environment_of(settings)) {
        if (!is_variable(line)) {
            mistakes.emplace_back("a line of its environment is not NAME=value");
            break;
        }
    }
    return mistakes;
}

std::vector<std::string> environment_of(const ServerSettings& settings) {
    std::vector<std::string> variables;
    std::string_view rest = settings.environment.reveal();
    while (!rest.empty()) {
        auto end = rest.find('\n');
        if (auto line = trimmed_line(rest.substr(0, end)); !line.empty()) {
            variables.push_back(std::move(line));
        }
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return variables;
}

bool names_tool(const std::vector<std::string>& patterns, std::string_view tool) {
    return std::ranges::any_of(patterns, [&](std::string_view pattern) {
        return pattern.ends_with('*') ? tool.starts_with(pattern.substr(0, pattern.size() - 1))
                                      : pattern == tool;
    });
}

}  // namespace repartee::mcp::client
