// A language model on the machine itself, by llama.cpp's own server: a model file is all it takes.
#pragma once

#include "base/worker_pool.h"
#include "engines/llama/installation.h"
#include "engines/llama/llama_server.h"
#include "engines/llama/llama_settings.h"
#include "models/admission.h"

#include <filesystem>
#include <memory>
#include <mutex>

namespace repartee::engines::llama {

class LlamaModel final : public Model {
public:
    // `folder`: where model files lie. `servers` may serve others, too. What the environs refer to and `pool`
    // outlive the engine.
    LlamaModel(LlamaSettings settings, std::filesystem::path folder, Whereabouts whereabouts,
               Environs environs, WorkerPool& pool, std::shared_ptr<Servers> servers);

    EngineInfo info() const override;

    // Looks for a model and a server until both are there, and starts it then; waits a while for it to load.
    awaitable<Health> check() override;
    std::unique_ptr<ModelStream> start(Prompt prompt) override;
    void prepare(const Prompt& prompt) override;
    awaitable<void> close() override;

private:
    friend class AnswerOfModel;

    // The server, found if need be. Throws Failure with the reason in a few words, and what to do as detail.
    awaitable<std::shared_ptr<LlamaServer>> find();
    awaitable<void> let_in(std::filesystem::path file);
    std::shared_ptr<LlamaServer> found() const;

    const LlamaSettings settings_;
    const std::filesystem::path folder_;
    const Whereabouts whereabouts_;
    const Environs environs_;
    WorkerPool& pool_;
    models::Admission admission_;
    const std::shared_ptr<Servers> servers_;  // and of the other engines of this kind
    mutable std::mutex mutex_;                // found on any strand
    std::shared_ptr<LlamaServer> server_;     // and of answers under way
};

}  // namespace repartee::engines::llama
