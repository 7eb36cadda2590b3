// Asks a model behind an OpenAI-compatible server: OpenAI, DeepInfra, vLLM, LM Studio, llama.cpp ...
//
// One answer is one POST /chat/completions whose events are passed on as they arrive; destroying the
// stream closes its connection, which stops the generation. What a server turns down (skills, a word
// about thinking ...) it is asked again without, and from then on never with. A server that is busy for a
// moment is waited for, once and before the first byte; nothing else is tried twice.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "engines/model.h"
#include "engines/openai/openai_settings.h"
#include "engines/openai/openai_wire.h"
#include "net/http_client.h"

#include <boost/json/object.hpp>

#include <mutex>
#include <string>

namespace repartee::engines::openai {

// How long `check` waits for the list of models.
inline constexpr auto check_limit = std::chrono::seconds(5);

class OpenAiModel final : public Model {
public:
    // `kind` is what the settings call it. `http` and `clock` outlive the engine; the engine outlives its
    // streams.
    OpenAiModel(std::string kind, OpenAiSettings settings, net::HttpClient& http, Clock& clock,
                const Log& log);

    EngineInfo info() const override;

    // Usable once the server lists the model; where none is configured, the first it lists is learnt. No
    // model is loaded for it, and nobody is asked anything without a key.
    awaitable<Health> check() override;

    std::unique_ptr<ModelStream> start(Prompt prompt) override;
    // The same with members of the request that only this server understands.
    std::unique_ptr<ModelStream> start(Prompt prompt, boost::json::object extras);

private:
    friend class Answer;

    net::ClientRequest request(std::string method, std::string_view path) const;
    // The configured model, or the one that was learnt; empty until then.
    std::string model() const;
    // The same, asked for if need be. Throws Failure.
    awaitable<std::string> learn_model();
    void remember(const Refusals& refused);
    Refusals refusals() const;

    const std::string kind_;
    const OpenAiSettings settings_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
    const Log log_;

    // Learnt by streams and checks on any strand.
    mutable std::mutex mutex_;
    std::string learnt_model_;
    Refusals refusals_;
};

}  // namespace repartee::engines::openai
