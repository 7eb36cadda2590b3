// config.json of the original: which providers hear, think and speak, and how. Every key of it is read
// here; what the original itself did not use is accepted and passed over. Pure.
#pragma once

#include "agents/definition.h"
#include "agents/original_file.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::agents {

// What the file says; where it says nothing there is nothing.
struct ConfigJson {
    std::string file = {};

    // Choices are complete: kinds are ours, the provider's own address is filled in.
    std::optional<RecogniserChoice> recogniser = {};
    std::optional<EngineChoice> model = {};
    std::optional<EngineChoice> synthesiser = {};

    std::optional<double> temperature = {};
    std::optional<int> max_tokens = {};

    std::optional<std::string> voice = {};
    std::optional<Language> language = {};
    std::optional<double> speed = {};
    std::optional<double> volume = {};
    std::optional<std::string> emotion = {};

    std::optional<double> threshold = {};
    std::optional<std::chrono::milliseconds> min_speech = {};
    std::optional<std::chrono::milliseconds> min_silence = {};

    std::optional<std::chrono::milliseconds> session_timeout = {};
    std::optional<std::uint16_t> port = {};
};

ConfigJson read_config_json(std::string_view text, const std::string& file, FileMistakes& mistakes);

// Overrides in a definition all that the file says.
void apply(const ConfigJson& config, Definition& definition);

}  // namespace repartee::agents
