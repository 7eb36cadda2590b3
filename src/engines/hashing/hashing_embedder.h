// The embedder that is always there: needs no model, no network and no time. Finds what shares words, or the
// stems and pieces of words, with the question; knows nothing of what words mean.
#pragma once

#include "base/worker_pool.h"
#include "engines/embedder.h"

namespace repartee::engines::hashing {

class HashingEmbedder final : public Embedder {
public:
    // `pool` outlives the engine: long texts are read there, short ones at once.
    explicit HashingEmbedder(WorkerPool& pool) : pool_(pool) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    // The number in the middle goes up when the same text gives another vector.
    std::string identity() const override { return "hashing/1/384"; }
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override;

private:
    WorkerPool& pool_;
};

}  // namespace repartee::engines::hashing
