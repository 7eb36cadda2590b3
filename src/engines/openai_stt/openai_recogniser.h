// A recogniser behind POST /v1/audio/transcriptions: OpenAI's own, or one of the many servers that speak its
// language (speaches, vLLM, LocalAI, whisper-server ...).
//
// The utterance is sent as a WAV once it is over. Servers that can send the text piece by piece do; one that
// turns that down is asked without it, and remembered. A translation into English is asked of
// /v1/audio/translations; a server that has no such path is remembered, too. Destroying a stream closes its
// connection, which stops the work at the other end.
#pragma once

#include "base/log.h"
#include "engines/openai_stt/openai_stt_settings.h"
#include "engines/recogniser.h"

#include <atomic>

namespace repartee::engines::openai_stt {

class OpenAiRecogniser final : public Recogniser {
public:
    // `http` and `clock` outlive the engine; the engine outlives its streams.
    OpenAiRecogniser(OpenAiSttSettings settings, net::HttpClient& http, Clock& clock, const Log& log);

    EngineInfo info() const override;
    // Elsewhere: whether somebody is there who takes the key. At home: whether a moment of silence is
    // transcribed, once, for a server of that address may be there for other things.
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    friend class Transcription;

    awaitable<Health> try_out();

    const OpenAiSttSettings settings_;
    const Provider provider_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
    const Log log_;
    // Learnt by streams on any strand.
    std::atomic<bool> refuses_streaming_{false};
    std::atomic<bool> refuses_translation_{false};
    std::atomic<bool> proven_{false};
};

}  // namespace repartee::engines::openai_stt
