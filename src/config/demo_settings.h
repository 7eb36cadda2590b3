// The settings of a module that does not exist, with a field of every type: for the tests.
#pragma once

#include "config/section.h"

#include <array>

namespace repartee::config {

struct DemoSettings {
    std::string host = "127.0.0.1";
    std::int64_t port = 8000;
    std::string level = "info";
    std::vector<std::string> origins;
    Secret key;
    std::chrono::milliseconds grace{1500};

    bool enabled = true;
    double speed = 0.85;
    std::chrono::milliseconds timeout{120000};
    std::vector<std::string> kinds = {"fast"};
    std::int64_t retries = 3;
};

inline constexpr std::array<std::string_view, 4> demo_levels = {"debug", "info", "warning", "error"};
inline constexpr std::array<std::string_view, 2> demo_kinds = {"fast", "exact"};

inline void describe_server(Fields& fields, DemoSettings& settings) {
    fields.field("host", settings.host, {.help = "Address to listen on.", .environment = "HOST"});
    fields.field("port", settings.port,
                 {.help = "Port to listen on.", .environment = "PORT", .least = 1, .most = 65535});
    fields.field("level", settings.level,
                 {.help = "What to log.", .environment = "LOG_LEVEL", .choices = demo_levels});
    fields.field("origins", settings.origins,
                 {.help = "Who may call.", .environment = "CORS_ALLOW_ORIGINS BACKEND_CORS_ORIGINS"});
    fields.field("key", settings.key, {.help = "Signs tokens.", .environment = "SECRET_KEY"});
    fields.field("grace", settings.grace, {.help = "Time to end."});
}

inline void describe_engine(Fields& fields, DemoSettings& settings) {
    fields.section("limits", "How much it may do.", [&](Fields& limits) {
        limits.field("retries", settings.retries,
                     {.help = "Attempts | in all.", .environment = "RETRIES", .least = 0});
    });
    fields.field("enabled", settings.enabled,
                 {.help = "Whether to use it.", .environment = "ENGINE_ENABLED"});
    fields.field("speed", settings.speed,
                 {.help = "Of speech.", .environment = "ENGINE_SPEED", .least = 0.25, .most = 4});
    fields.field("timeout", settings.timeout,
                 {.help = "How long to wait.", .environment = "ENGINE_TIMEOUT", .least = 10, .most = 600000});
    fields.field("kinds", settings.kinds,
                 {.help = "What to try.", .environment = "ENGINE_KINDS", .choices = demo_kinds});
}

// Tables [server], [engines.demo] and [engines.demo.limits]. Refers to `settings`.
inline Sections demo_sections(DemoSettings& settings) {
    return {{"server", "Where to listen.", [&](Fields& fields) { describe_server(fields, settings); }},
            {"engines.demo", "An engine.", [&](Fields& fields) { describe_engine(fields, settings); }}};
}

}  // namespace repartee::config
