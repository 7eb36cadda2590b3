// Asks an embedding model that Ollama serves, on this machine or another.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/worker_pool.h"
#include "engines/embedder.h"
#include "engines/embedding_parts.h"
#include "engines/ollama_embedder/ollama_embedder_settings.h"
#include "net/http_client.h"

namespace repartee::engines::ollama_embedder {

class OllamaEmbedder final : public Embedder {
public:
    // `http`, `clock` and `pool` (long answers are read there) outlive the engine.
    OllamaEmbedder(OllamaEmbedderSettings settings, net::HttpClient& http, Clock& clock, WorkerPool& pool,
                   const Log& log);

    EngineInfo info() const override;
    // Usable once Ollama answers and has the model, which is not loaded for that.
    awaitable<Health> check() override;
    // "ollama/nomic-embed-text", and the dimension where one is set.
    std::string identity() const override;
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override;

private:
    awaitable<std::string> post(std::string path, std::string body, std::chrono::milliseconds limit);

    const OllamaEmbedderSettings settings_;
    const Provider provider_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
    WorkerPool& pool_;
    const Log log_;
    SteadyDimension dimension_;
};

}  // namespace repartee::engines::ollama_embedder
