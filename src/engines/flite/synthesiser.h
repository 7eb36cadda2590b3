// The embedded English voice: flite with its voice "slt", 16 kHz. No download, no network.
//
// Each phrase of a reply is one call on the server's worker pool. Sound is handed over while it is
// made, some 45 ms at a time, and nobody waits for the listener: a worker is occupied as long as
// it computes and no longer. How far it gets ahead is bounded, see `enough_ahead`.
#pragma once

#include "base/worker_pool.h"
#include "engines/flite/settings.h"
#include "engines/synthesiser.h"

namespace repartee::engines::flite {

class Flite final : public Synthesiser {
public:
    // The pool outlives the engine and every stream.
    Flite(const Settings& settings, WorkerPool& pool) : settings_(settings), pool_(pool) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    SynthesiserCapabilities capabilities() const override;
    // A language other than English: `next` throws Failure{Unsupported}. Voice names of other
    // engines are taken for "slt", the only one there is.
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    Settings settings_;
    WorkerPool& pool_;
};

}  // namespace repartee::engines::flite
