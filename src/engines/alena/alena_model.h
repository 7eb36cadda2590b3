// Hands the user's words to an Alena controller, which has an agent of its own: no history, skills
// or sampling options are sent, and the answer comes in one piece.
//
// One answer is one POST /generate; destroying the stream closes its connection.
#pragma once

#include "base/clock.h"
#include "engines/alena/alena_settings.h"
#include "engines/model.h"
#include "net/http_client.h"

namespace repartee::engines::alena {

// How long `check` waits for the controller's word that it is well.
inline constexpr auto check_limit = std::chrono::seconds(2);

class AlenaModel final : public Model {
public:
    // `http` and `clock` outlive the engine; the engine outlives its streams.
    AlenaModel(AlenaSettings settings, net::HttpClient& http, Clock& clock);

    EngineInfo info() const override;
    awaitable<Health> check() override;

    // Where the user said nothing, the answer is empty and the controller is not asked.
    std::unique_ptr<ModelStream> start(Prompt prompt) override;

private:
    friend class Answer;

    const AlenaSettings settings_;
    const Place place_;
    net::HttpClient& http_;
    Clock& clock_;
};

}  // namespace repartee::engines::alena
