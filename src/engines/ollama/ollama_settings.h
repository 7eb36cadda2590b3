// How to reach Ollama and which of its models to ask. Section [engines.ollama].
#pragma once

#include "base/fields.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::engines::ollama {

struct OllamaSettings {
    bool enabled = true;
    std::string base_url = "http://localhost:11434";
    std::string model = "llama3.1";              // name or name:tag
    std::chrono::milliseconds timeout{120'000};  // to the first byte, and between any two
    std::int64_t context_size = 0;               // tokens; 0: the server's choice
    std::string keep_alive = {};  // how long the model stays loaded: "10m", "-1"; empty: its choice
    std::string think = "model";  // "model": its choice; "off", "on", "low", "medium", "high"
};

void describe(Fields& fields, OllamaSettings& settings);

// The settings as somebody wants them.
OllamaSettings wished(OllamaSettings settings, const Wishes& wishes);

}  // namespace repartee::engines::ollama
