// The speaker embedder that is always there: needs no model, no network, and two thousandths of a processor
// core. Tells men from women well, and people of one sex often; how often, is in README.md.
#pragma once

#include "base/worker_pool.h"
#include "engines/speaker_embedder.h"

namespace repartee::engines::cepstral {

class CepstralEmbedder final : public SpeakerEmbedder {
public:
    // `pool` outlives the engine: it works there.
    explicit CepstralEmbedder(WorkerPool& pool) : pool_(pool) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    // The number in the middle goes up when the same sound gives another vector.
    std::string identity() const override { return "cepstral/1/17"; }
    SpeakerTraits traits() const override;
    awaitable<std::vector<Voiceprint>> prints(std::span<const audio::Sample> sound,
                                              std::vector<SoundRange> ranges) override;

private:
    WorkerPool& pool_;
};

// What it does, on the thread that asks.
std::vector<Voiceprint> prints_of(std::span<const audio::Sample> sound, std::span<const SoundRange> ranges,
                                  const std::stop_token& stop = {});

}  // namespace repartee::engines::cepstral
