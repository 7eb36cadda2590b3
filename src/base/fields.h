// How a module tells about its settings, once.
//
// Each module has a plain struct with defaults and one function
//
//     void describe(Fields& fields, OllamaSettings& settings) {
//         fields.field("base_url", settings.base_url, {.help = "...", .environment = "OLLAMA_BASE_URL"});
//     }
//
// That one description reads the settings file and the environment, checks, prints the result and
// writes docs/configuration.md: src/config holds one Fields for each of those. A module knows
// nothing of files; whoever assembles the program decides under which section it appears.
#pragma once

#include "base/secret.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee {

struct FieldAbout {
    std::string_view help;  // one sentence, for people
    // Name of the environment variable that overrides the file; several, separated by spaces: the first
    // that is set counts.
    std::string_view environment = {};
    double least = std::numeric_limits<double>::lowest();  // numbers, and milliseconds of durations
    double most = std::numeric_limits<double>::max();
    std::span<const std::string_view> choices =
        {};  // texts: the only values allowed, in any case; empty: any
    // Environment only: what one unit of a bare number means. OLLAMA_TIMEOUT=120 is seconds.
    std::chrono::milliseconds environment_unit = std::chrono::milliseconds(1000);
};

class Fields {
public:
    virtual ~Fields() = default;

    virtual void field(std::string_view name, bool& value, const FieldAbout& about) = 0;
    virtual void field(std::string_view name, std::int64_t& value, const FieldAbout& about) = 0;
    virtual void field(std::string_view name, double& value, const FieldAbout& about) = 0;
    virtual void field(std::string_view name, std::string& value, const FieldAbout& about) = 0;
    virtual void field(std::string_view name, Secret& value, const FieldAbout& about) = 0;
    virtual void field(std::string_view name, std::vector<std::string>& value, const FieldAbout& about) = 0;
    // Written as a bare number of milliseconds, or with a unit: 250, "250ms", "1.5s", "2min".
    virtual void field(std::string_view name, std::chrono::milliseconds& value, const FieldAbout& about) = 0;

    // A nested table: [name] below the present one.
    virtual void section(std::string_view name, std::string_view help,
                         const std::function<void(Fields&)>& contents) = 0;
};

}  // namespace repartee
