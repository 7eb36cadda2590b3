// Asks one of Google's Gemini models.
//
// One answer is one POST ...:streamGenerateContent whose events are passed on as they arrive; destroying
// the stream closes its connection. Before the first words only, a Gemini that is busy for a moment is
// waited for, once, and one that fumbles a call of a skill is asked again, once.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "engines/gemini/gemini_settings.h"
#include "engines/gemini/gemini_wire.h"
#include "engines/model.h"
#include "net/http_client.h"

#include <atomic>

namespace repartee::engines::gemini {

// How long `check` waits.
inline constexpr auto check_limit = std::chrono::seconds(5);

class GeminiModel final : public Model {
public:
    // `http` and `clock` outlive the engine; the engine outlives its streams.
    GeminiModel(GeminiSettings settings, net::HttpClient& http, Clock& clock, const Log& log);

    EngineInfo info() const override;

    // Usable once Gemini knows the key and the model. Nobody is asked anything without a key.
    awaitable<Health> check() override;

    std::unique_ptr<ModelStream> start(Prompt prompt) override;

private:
    friend class Answer;

    net::ClientRequest request(std::string method, std::string url) const;

    const GeminiSettings settings_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
    const Log log_;
    std::atomic<bool> refuses_thinking_{false};  // learnt by streams on any strand
};

}  // namespace repartee::engines::gemini
