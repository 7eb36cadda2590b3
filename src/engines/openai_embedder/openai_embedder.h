// Asks a server that embeds in OpenAI's way: OpenAI, DeepInfra, vLLM, llama.cpp's server, LocalAI, and
// others.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/worker_pool.h"
#include "engines/embedder.h"
#include "engines/embedding_parts.h"
#include "engines/openai_embedder/openai_embedder_settings.h"
#include "net/http_client.h"

namespace repartee::engines::openai_embedder {

class OpenAiEmbedder final : public Embedder {
public:
    // `http`, `clock` and `pool` (long answers are read there) outlive the engine.
    OpenAiEmbedder(OpenAiEmbedderSettings settings, net::HttpClient& http, Clock& clock, WorkerPool& pool,
                   const Log& log);

    EngineInfo info() const override;
    // A server on this machine or in the house has to embed a word; of one elsewhere, which wants to be paid
    // for that, it is only asked whether it is there.
    awaitable<Health> check() override;
    // "openai/text-embedding-3-small", and the dimension where one is set.
    std::string identity() const override;
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override;

private:
    awaitable<std::vector<Embedding>> embed_some(std::vector<std::string> texts);

    const OpenAiEmbedderSettings settings_;
    const Provider provider_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
    WorkerPool& pool_;
    const Log log_;
    SteadyDimension dimension_;
    Proof proof_;
};

}  // namespace repartee::engines::openai_embedder
