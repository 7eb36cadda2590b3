// Cartesia's voices (sonic-3), over the network: sound arrives while the reply is still being thought of.
//
// All replies share few connections (sonic_desk.h) on a strand of the engine's own; streams live on their
// callers'. Destroying a stream cancels its context at Cartesia.
#pragma once

#include "engines/cartesia/cartesia_settings.h"
#include "engines/cartesia/sonic_desk.h"
#include "engines/synthesiser.h"

namespace repartee::engines::cartesia {

class CartesiaSynthesiser final : public Synthesiser {
public:
    // References outlive the engine and what it has under way; `executor` is its loop.
    CartesiaSynthesiser(CartesiaSettings settings, const Executor& executor, net::HttpClient& http,
                        Clock& clock, const Log& log);
    ~CartesiaSynthesiser() override;

    EngineInfo info() const override;
    awaitable<Health> check() override;
    SynthesiserCapabilities capabilities() const override;
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;
    awaitable<void> close() override;

private:
    const CartesiaSettings settings_;
    const Provider provider_;
    net::HttpClient& http_;
    Clock& clock_;
    std::shared_ptr<SonicDesk> desk_;  // the other owners are streams, and its own work
};

}  // namespace repartee::engines::cartesia
