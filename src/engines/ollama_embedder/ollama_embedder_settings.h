// Where Ollama is, and which of its embedding models is asked. Section [engines.ollama_embedder].
#pragma once

#include "base/fields.h"
#include "engines/provider.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::engines::ollama_embedder {

struct OllamaEmbedderSettings {
    std::string base_url = "http://localhost:11434";
    std::string model = "nomic-embed-text";
    std::int64_t dimensions = 0;  // 0: the model's own
    std::string keep_alive = {};  // how long the model stays loaded: "10m", "-1"; empty: Ollama's choice
    std::chrono::milliseconds timeout{60'000};  // loading the model is part of it
};

void describe(Fields& fields, OllamaEmbedderSettings& settings);

// The settings as somebody wants them.
OllamaEmbedderSettings wished(OllamaEmbedderSettings settings, const Wishes& wishes);

Provider provider_of(const OllamaEmbedderSettings& settings);

}  // namespace repartee::engines::ollama_embedder
