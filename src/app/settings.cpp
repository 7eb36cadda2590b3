#include "app/settings.h"

#include "app/agents.h"
#include "app/tool_servers.h"
#include "base/async.h"
#include "net/redirects.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace repartee::app {

namespace {

constexpr std::string_view log_levels[] = {"TRACE", "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "OFF"};
constexpr std::string_view log_formats[] = {"console", "json"};

void describe(Fields& fields, ServerSettings& settings) {
    fields.field(
        "host", settings.host,
        {.help = "Address to listen on. Anything but loopback lets others in.", .environment = "HOST"});
    fields.field("port", settings.port,
                 {.help = "Port of the listener that carries all surfaces; 0 takes any free one.",
                  .environment = "PORT",
                  .least = 0,
                  .most = 65535});
    fields.field(
        "certificate_file", settings.certificate_file,
        {.help = "PEM certificate chain. TLS is on if and only if this is set.", .environment = "CERT_FILE"});
    fields.field("key_file", settings.key_file,
                 {.help = "PEM private key of the certificate.", .environment = "KEY_FILE"});
    fields.field(
        "host_names", settings.host_names,
        {.help = "Names under which this server may be called besides its addresses and localhost."});
    fields.field("allowed_origins", settings.allowed_origins,
                 {.help = "Web origins that may call this server from a browser; once set, WebSockets are "
                          "for these and for the server's own page alone.",
                  .environment = "CORS_ALLOW_ORIGINS"});
    fields.field("backend_origins", settings.backend_origins,
                 {.help = "More of allowed_origins, under the name another back end used.",
                  .environment = "BACKEND_CORS_ORIGINS"});
    fields.field("threads", settings.threads,
                 {.help = "Threads that serve connections; 0 is one per core.", .least = 0, .most = 256});
    fields.field(
        "max_connections", settings.max_connections,
        {.help = "Connections at a time; one more is turned away with 503.", .least = 1, .most = 1e6});
    fields.field(
        "notice_time", settings.notice_time,
        {.help = "How long connections are still taken after SIGTERM, while `/ready` says 503 already: until "
                 "a load balancer has seen it and sends nobody here any more.",
         .least = 0,
         .most = 600'000});
    fields.field(
        "calls_time", settings.calls_time,
        {.help = "How long calls and other WebSockets may then go on as if nothing were, before they are "
                 "asked to come back (1012). Another SIGTERM cuts this short.",
         .least = 0,
         .most = 86'400'000});
    fields.field("drain_time", settings.drain_time,
                 {.help = "How long replies may then go on; with the two above at 0, from SIGTERM.",
                  .least = 0,
                  .most = 600'000});
    fields.field(
        "handover_time", settings.handover_time,
        {.help = "How long calls may go on in a process that has given its place to a new one (SIGUSR2).",
         .least = 0,
         .most = 604'800'000});
    fields.field("data_directory", settings.data_directory,
                 {.help = "Where models and data live; empty: ~/.local/share/repartee.",
                  .environment = "REPARTEE_DATA_DIR"});
}

void describe(Fields& fields, LogSettings& settings) {
    fields.field("level", settings.level,
                 {.help = "The least important events that are logged.",
                  .environment = "LOG_LEVEL",
                  .choices = log_levels});
    fields.field("format", settings.format,
                 {.help = "`console` for people, `json` for machines.",
                  .environment = "LOG_FORMAT",
                  .choices = log_formats});
    fields.field(
        "texts", settings.texts,
        {.help = "Whether what people say is logged. On by default only while listening on loopback.",
         .environment = "LOG_TEXTS"});
}

void describe(Fields& fields, ModelSettings& settings) {
    fields.field(
        "hub", settings.hub,
        {.help = "Where `repartee models pull` fetches from: https, or http on this machine. A mirror "
                 "has the same paths.",
         .environment = "MODELS_URL"});
    fields.field(
        "patience", settings.patience,
        {.help = "How long the hub may be silent before it is asked again.", .least = 100, .most = 600'000});
    fields.field("least_free", settings.least_free,
                 {.help = "Mebibytes of the disk that a download leaves free.", .least = 0, .most = 1e9});
}

void describe(Fields& fields, engines::EngineChoices& choices) {
    fields.field(
        "recogniser", choices.recogniser,
        {.help = "Speech to text: `auto`, one kind and no other, or several (`soniox, auto`), of which "
                 "the next goes on where one fails.",
         .environment = "STT_ENGINE"});
    fields.field(
        "model", choices.model,
        {.help = "Who thinks: `auto`, one kind and no other, or several (`ollama, rules`), of which the "
                 "next answers where one fails.",
         .environment = "LLM_ROUTE"});
    fields.field("synthesiser", choices.synthesiser,
                 {.help = "Text to speech: `auto`, one kind and no other, or several (`cartesia, auto`), of "
                          "which the next goes on where one fails.",
                  .environment = "TTS_ENGINE"});
    fields.field("detector", choices.detector, {.help = "Tells speech from silence: `auto`, or one kind."});
    fields.field(
        "embedder", choices.embedder,
        {.help = "By which memories are found: `auto`, which is the built-in one that goes by words, or one "
                 "kind that knows what words mean. Another one embeds what is remembered anew."});
    static constexpr std::string_view translators[] = {"auto", "model", "off"};
    fields.field(
        "translator", choices.translator,
        {.help = "Who translates what is heard where the recogniser does not: `auto`, a language model on "
                 "this machine or in the house; `model`, the one that thinks, wherever it is; `off`.",
         .environment = "TRANSLATOR",
         .choices = translators});
    fields.field(
        "speaker_embedder", choices.speaker_embedder,
        {.help = "By which speakers are told apart: `auto`, or one kind.", .environment = "SPEAKER_ENGINE"});
}

void describe(Fields& fields, memory::RecollectionSettings& settings) {
    auto count = [&](std::string_view name, std::size_t& value, const FieldAbout& about) {
        auto number = static_cast<std::int64_t>(value);
        fields.field(name, number, about);
        value = static_cast<std::size_t>(number);
    };
    count(
        "window", settings.window,
        {.help =
             "Messages of a session that the model is shown word for word; what is behind them it is told in "
             "a summary.",
         .least = 2,
         .most = 50});
    count("facts", settings.facts,
          {.help = "Facts about the person that it is told beside each answer, the best that fit.",
           .least = 0,
           .most = 20});
    fields.field(
        "least_score", settings.least_score,
        {.help = "How much a fact has to have to do with what was said, 0 to 1.", .least = 0, .most = 1});
    fields.field(
        "extract_facts", settings.extract_facts,
        {.help = "Whether the model is asked, behind the conversation, what of it is worth remembering. "
                 "What it is told to remember is remembered either way."});
    fields.field("summarise", settings.summarise,
                 {.help = "Whether it sums up, likewise, what falls out of the window."});
    fields.field("patience", settings.patience,
                 {.help = "How long an answer waits for what is only useful: facts, a summary.",
                  .least = 10,
                  .most = 10'000});
}

std::string quoted_list(const std::vector<std::string>& words) {
    std::string list;
    for (const auto& word : words) {
        list += (list.empty() ? "" : ", ") + word;
    }
    return list;
}

void check_kind(config::Mistakes& mistakes, const std::string& subject, const std::string& kind,
                const std::vector<std::string>& known) {
    for (const auto& word : engines::words_of_choice(kind)) {
        if (std::ranges::find(known, word) == known.end()) {
            mistakes.push_back({.source = "settings",
                                .subject = subject,
                                .message = "there is no engine '" + config::presentable(word) +
                                           "'; known here: " + quoted_list(known)});
        }
    }
}

}  // namespace

Parts all_parts() {
    Parts parts;
    engines::register_all(parts.catalogue);
    devices::register_all(parts.devices);
    stores::register_all(parts.stores);
    skills::register_all(parts.skills);
    surfaces::register_all(parts.surfaces);
    return parts;
}

bool ServerSettings::loopback_only() const {
    boost::system::error_code not_an_address;
    auto address = asio::ip::make_address(host, not_an_address);
    return not_an_address ? host == "localhost" : address.is_loopback();
}

config::Sections sections_of(Settings& settings, Parts& parts) {
    config::Sections sections{
        {"server", "Where and how the server listens.", [&](Fields& f) { describe(f, settings.server); }},
        {"log", "What the server tells about itself.", [&](Fields& f) { describe(f, settings.log); }},
        {"capacity", "How much is taken on at a time, and what is done without before anybody is refused.",
         [&](Fields& f) { capacity::describe(f, settings.capacity); }},
        {"models", "Where models for the engines on this machine are fetched from.",
         [&](Fields& f) { describe(f, settings.models); }},
        {"engines", "Which engines hear, think and speak.",
         [&](Fields& f) {
             describe(f, settings.engines);
             f.field("check_interval", settings.check_interval,
                     {.help = "How often every engine is asked whether it can work: so one that failed comes "
                              "back, and a better one is found.",
                      .least = 100,
                      .most = 86'400'000});
         }},
    };
    for (auto& section : parts.catalogue.settings) {
        sections.push_back({"engines." + section.name, section.help, section.describe});
    }
    sections.push_back(
        {"stores", "Where data is kept that has to last.", [&](Fields& f) { describe(f, settings.stores); }});
    for (auto& section : parts.stores.settings) {
        sections.push_back({"stores." + section.name, section.help, section.describe});
    }
    sections.push_back({"memory", "What is remembered of people, and what a model is told of it.",
                        [&](Fields& f) { describe(f, settings.memory); }});
    sections.push_back(
        {"accounts", "How people come in.", [&](Fields& f) { accounts::describe(f, settings.accounts); }});
    for (auto& section : parts.devices.settings) {
        sections.push_back({"devices." + section.name, section.help, section.describe});
    }
    for (auto& skill : parts.skills) {
        if (skill.describe) {
            sections.push_back({"skills." + skill.name, skill.help, skill.describe});
        }
    }
    for (auto& surface : parts.surfaces) {
        sections.push_back({"surfaces." + surface.name, surface.help, surface.describe});
    }
    std::ranges::move(sections_of(settings.tool_servers), std::back_inserter(sections));
    sections.push_back(
        {"agents", "Who can be talked to.", [&](Fields& f) { agents::describe(f, settings.agents); }});
    return sections;
}

config::Reading read_settings(Settings& settings, Parts& parts, const config::Sources& sources) {
    AgentTables agent_tables(sources);
    config::Mistakes of_tool_servers;
    settings.tool_servers = tool_servers_in(sources, of_tool_servers);
    auto sections = sections_of(settings, parts);
    std::ranges::move(agent_tables.sections(), std::back_inserter(sections));
    auto reading = config::read(sections, sources);
    auto& mistakes = reading.mistakes;
    std::ranges::copy(agent_tables.mistakes(), std::back_inserter(mistakes));
    check_tool_servers(settings.tool_servers, of_tool_servers);
    std::ranges::move(of_tool_servers, std::back_inserter(mistakes));
    check_kind(mistakes, "engines.recogniser (STT_ENGINE)", settings.engines.recogniser,
               engines::recogniser_kinds(parts.catalogue));
    check_kind(mistakes, "engines.model (LLM_ROUTE)", settings.engines.model,
               engines::model_kinds(parts.catalogue));
    if (!settings.capacity.small_model.empty()) {
        check_kind(mistakes, "capacity.small_model", settings.capacity.small_model,
                   engines::model_kinds(parts.catalogue));
    }
    check_kind(mistakes, "engines.synthesiser (TTS_ENGINE)", settings.engines.synthesiser,
               engines::synthesiser_kinds(parts.catalogue));
    check_kind(mistakes, "engines.detector", settings.engines.detector,
               engines::detector_kinds(parts.catalogue));
    check_kind(mistakes, "engines.embedder", settings.engines.embedder,
               engines::embedder_kinds(parts.catalogue));
    if (settings.engines.embedder.find(',') != std::string::npos) {
        mistakes.push_back({.source = "settings",
                            .subject = "engines.embedder",
                            .message = "only one can be named: vectors of two embedders do not compare"});
    }
    check_kind(mistakes, "engines.speaker_embedder (SPEAKER_ENGINE)", settings.engines.speaker_embedder,
               engines::speaker_embedder_kinds(parts.catalogue));
    if (settings.engines.speaker_embedder.find(',') != std::string::npos) {
        mistakes.push_back({.source = "settings",
                            .subject = "engines.speaker_embedder (SPEAKER_ENGINE)",
                            .message = "only one can be named: vectors of two embedders do not compare"});
    }
    std::ranges::move(check_stores(settings.stores, parts.stores), std::back_inserter(mistakes));
    for (const auto& surface : parts.surfaces) {
        for (const auto& mistake :
             surface.mistakes ? surface.mistakes(parts.catalogue) : std::vector<std::string>()) {
            mistakes.push_back(
                {.source = "settings", .subject = "surfaces." + surface.name, .message = mistake});
        }
    }
    if (settings.server.certificate_file.empty() != settings.server.key_file.empty()) {
        mistakes.push_back({.source = "settings",
                            .subject = "server.certificate_file (CERT_FILE) and server.key_file (KEY_FILE)",
                            .message = "one is set and the other is not; TLS needs both"});
    }
    if (auto trustworthy = net::check_trustworthy(settings.models.hub); !trustworthy) {
        mistakes.push_back({.source = "settings",
                            .subject = "models.hub (MODELS_URL)",
                            .message = trustworthy.error().message});
    }
    auto agent_reading = read_agents(settings.agents, sources, parts.catalogue);
    std::ranges::move(agent_reading.mistakes, std::back_inserter(mistakes));
    reading.origins.merge(agent_reading.origins);
    settings.agent_book = std::move(agent_reading.book);
    if (!reading.origins.contains("log.texts")) {
        settings.log.texts = settings.server.loopback_only();
    }
    return reading;
}

net::ServerOptions server_options(const ServerSettings& settings) {
    net::ServerOptions options;
    options.origins.allowed = settings.allowed_origins;
    options.origins.allowed.insert(options.origins.allowed.end(), settings.backend_origins.begin(),
                                   settings.backend_origins.end());
    options.origins.host_names = settings.host_names;
    options.max_connections = static_cast<std::size_t>(settings.max_connections);
    return options;
}

LogOptions log_options(const LogSettings& settings) {
    return {.format = settings.format == "json" ? LogOptions::Format::Json : LogOptions::Format::Console,
            .level = log_level_from(settings.level).value_or(LogLevel::Info),
            .texts = settings.texts};
}

std::filesystem::path data_directory(const ServerSettings& settings) {
    if (!settings.data_directory.empty()) {
        return settings.data_directory;
    }
    // Read once, before there are threads.
    const char* data_home = std::getenv("XDG_DATA_HOME");  // NOLINT(concurrency-mt-unsafe)
    if (data_home != nullptr && *data_home != '\0') {
        return std::filesystem::path(data_home) / "repartee";
    }
    const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
    return std::filesystem::path(home != nullptr ? home : ".") / ".local/share/repartee";
}

std::filesystem::path models_folder(const ServerSettings& settings) {
    return data_directory(settings) / "models";
}

}  // namespace repartee::app
