// Asks a model that Ollama serves, on this machine or another.
//
// One answer is one POST /api/chat whose NDJSON lines are passed on as they arrive; destroying the
// stream closes its connection, which stops the generation. A model that refuses skills or thinking is
// asked again without them, once, and from then on never with them.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "engines/model.h"
#include "engines/ollama/ollama_settings.h"
#include "engines/ollama/ollama_wire.h"
#include "net/http_client.h"

#include <atomic>

namespace repartee::engines::ollama {

// How long `check` waits: a server that is up lists its models in milliseconds.
inline constexpr auto check_limit = std::chrono::seconds(2);

class OllamaModel final : public Model {
public:
    // `http` and `clock` outlive the engine; the engine outlives its streams.
    OllamaModel(OllamaSettings settings, net::HttpClient& http, Clock& clock, Log log);

    EngineInfo info() const override;

    // Usable once Ollama answers and has the model. It is not loaded: that may take minutes and
    // gigabytes, for an engine that may never be chosen.
    awaitable<Health> check() override;

    std::unique_ptr<ModelStream> start(Prompt prompt) override;

private:
    friend class Answer;

    Refusals refusals() const;
    void remember(const Refusals& refused);

    const OllamaSettings settings_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
    const Log log_;
    // Learnt by streams on any strand.
    std::atomic<bool> refuses_skills_{false};
    std::atomic<bool> refuses_thinking_{false};
};

}  // namespace repartee::engines::ollama
