// All settings of the program: its own, and those that engines and surfaces describe.
#pragma once

#include "accounts/account_settings.h"
#include "agents/agent_book.h"
#include "agents/agent_settings.h"
#include "app/keeping.h"
#include "base/log.h"
#include "capacity/settings.h"
#include "config/settings_file.h"
#include "devices/catalogue.h"
#include "engines/catalogue.h"
#include "engines/hall.h"
#include "mcp/client/settings.h"
#include "memory/recollections.h"
#include "net/server.h"
#include "skills/skill.h"
#include "stores/catalogue.h"
#include "surfaces/surface.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace repartee::app {

// What there is to choose from, before anything is chosen. Holds the settings of its parts.
struct Parts {
    engines::Catalogue catalogue;
    devices::Catalogue devices;
    stores::Catalogue stores;
    std::vector<skills::SkillOffer> skills;
    std::vector<surfaces::SurfaceOffer> surfaces;
};

Parts all_parts();

struct ServerSettings {
    std::string host = "127.0.0.1";
    std::int64_t port = 8000;
    std::string certificate_file;
    std::string key_file;
    std::vector<std::string> host_names;
    std::vector<std::string> allowed_origins;
    std::vector<std::string> backend_origins;
    std::int64_t threads = 0;  // 0: one per core
    std::int64_t max_connections = 10'000;
    std::chrono::milliseconds notice_time{0};
    std::chrono::milliseconds calls_time{0};
    std::chrono::milliseconds drain_time{10'000};
    std::chrono::milliseconds handover_time{3'600'000};
    std::string data_directory;

    // Nobody but this machine can reach us.
    bool loopback_only() const;
};

struct LogSettings {
    std::string level = "INFO";
    std::string format = "console";
    bool texts = false;
};

// Where models are fetched from, when somebody asks for one.
struct ModelSettings {
    std::string hub = "https://huggingface.co";
    std::chrono::milliseconds patience{30'000};
    std::int64_t least_free = 512;  // mebibytes of the disk
};

struct Settings {
    ServerSettings server;
    LogSettings log;
    capacity::CapacitySettings capacity;
    ModelSettings models;
    StoreSettings stores;
    memory::RecollectionSettings memory;
    accounts::AccountSettings accounts;
    engines::EngineChoices engines;
    std::chrono::milliseconds check_interval{30'000};  // of the engines
    std::vector<mcp::client::ServerSettings> tool_servers;
    agents::AgentSettings agents;
    // Nothing as long as there are mistakes.
    std::optional<agents::AgentBook> agent_book;
};

// Every section, in the order of docs/configuration.md.
config::Sections sections_of(Settings& settings, Parts& parts);

// Reads into `settings` and `parts`, and adds what no single field can know: files that belong
// together, kinds of engines that do not exist, agents and the files they are in.
config::Reading read_settings(Settings& settings, Parts& parts, const config::Sources& sources);

net::ServerOptions server_options(const ServerSettings& settings);
LogOptions log_options(const LogSettings& settings);
std::filesystem::path data_directory(const ServerSettings& settings);
std::filesystem::path models_folder(const ServerSettings& settings);

}  // namespace repartee::app
