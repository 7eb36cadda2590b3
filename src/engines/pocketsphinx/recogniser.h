// The embedded English recogniser: pocketsphinx with the models of the system's packages.
//
// Hears while the audio arrives, so that little is left to do at `finish`. The same audio gives
// the same words whoever spoke before, however it was cut into pieces.
#pragma once

#include "base/worker_pool.h"
#include "engines/pocketsphinx/decoder_pool.h"
#include "engines/recogniser.h"

namespace repartee::engines::pocketsphinx {

class Pocketsphinx final : public Recogniser {
public:
    // The clock and the pool outlive the engine, the engine its streams.
    // `waited`: see DecoderPool.
    Pocketsphinx(const Settings& settings, Clock& clock, const Log& log, WorkerPool& pool,
                 std::function<void(Duration)> waited = {});

    EngineInfo info() const override;
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    const Settings settings_;
    WorkerPool& pool_;
    DecoderPool decoders_;
};

}  // namespace repartee::engines::pocketsphinx
