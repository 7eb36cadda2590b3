// A synthesiser behind POST /v1/audio/speech: OpenAI's own, or one of the servers that speak its language
// (Kokoro-FastAPI, LocalAI, speaches ...).
//
// A sentence is a request; its sound is passed on as it arrives, and while it does the next sentence is
// asked for. Destroying a stream closes its connections, which stops the work at the other end.
#pragma once

#include "base/log.h"
#include "engines/openai_tts/openai_tts_settings.h"
#include "engines/synthesiser.h"

#include <atomic>

namespace repartee::engines::openai_tts {

// What streams, and the requests that they send ahead, need of the engine.
struct Server {
    OpenAiTtsSettings settings;
    Provider provider;
    net::HttpClient& http;
    Clock& clock;
    Log log;
    // At home: that it has spoken. Learnt by streams on any strand.
    std::atomic<bool> proven{false};
};

class OpenAiSynthesiser final : public Synthesiser {
public:
    // `http` and `clock` outlive the engine and its streams.
    OpenAiSynthesiser(OpenAiTtsSettings settings, net::HttpClient& http, Clock& clock, const Log& log);

    EngineInfo info() const override;
    // Elsewhere: whether somebody is there who takes the key. At home: whether a word is spoken, once, for a
    // server of that address may be there for other things.
    awaitable<Health> check() override;
    SynthesiserCapabilities capabilities() const override;
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    const std::shared_ptr<Server> server_;  // the other owners are streams
    const Place place_;
};

}  // namespace repartee::engines::openai_tts
