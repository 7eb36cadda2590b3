#include "engines/cartesia/cartesia_synthesiser.h"

#include "engines/peer_place.h"
#include "engines/refusing_stream.h"
#include "engines/strand_work.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::cartesia {

namespace {

class Speech final : public SpeechStream {
public:
    Speech(const std::shared_ptr<SonicDesk>& desk, const Voice& voice)
        : desk_(desk), speaking_(desk->begin(voice)) {}

    ~Speech() override { end(); }

    void say(std::string sentence) override {
        if (!finished_ && !sentence.empty()) {
            desk_->say(speaking_, std::move(sentence));
        }
    }

    void finish() override {
        if (!std::exchange(finished_, true)) {
            desk_->finish(speaking_);
        }
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        if (ended_) {
            co_return std::nullopt;
        }
        std::optional<SpeechChunk> chunk;
        std::exception_ptr thrown;
        try {
            chunk = co_await SonicDesk::outbox_of(*speaking_).next();
        } catch (...) {
            thrown = std::current_exception();
        }
        if (!chunk) {
            end();
        }
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        co_return chunk;
    }

private:
    void end() {
        finished_ = true;
        if (!std::exchange(ended_, true)) {
            desk_->abandon(speaking_);
        }
    }

    const std::shared_ptr<SonicDesk> desk_;
    const std::shared_ptr<SonicDesk::Speaking> speaking_;
    bool finished_ = false;
    bool ended_ = false;
};

}  // namespace

CartesiaSynthesiser::CartesiaSynthesiser(CartesiaSettings settings, const Executor& executor,
                                         net::HttpClient& http, Clock& clock, const Log& log)
    : settings_(std::move(settings)),
      provider_(provider_of(settings_)),
      http_(http),
      clock_(clock),
      desk_(std::make_shared<SonicDesk>(settings_, executor, http, clock,
                                        log.with({{"engine", "cartesia"}, {"trade", "synthesiser"}}))) {}

CartesiaSynthesiser::~CartesiaSynthesiser() {
    // After `close` nothing is left to do. Without it, connections go on the strand on which they live.
    asio::post(desk_->strand(), [desk = desk_] { desk->dismiss_all(); });
}

EngineInfo CartesiaSynthesiser::info() const {
    return {.kind = "cartesia",
            .model = settings_.synthesiser_model,
            .place = place_of(http_url(provider_.base_url, ""))};
}

SynthesiserCapabilities CartesiaSynthesiser::capabilities() const {
    return {.languages = sonic_languages()};
}

awaitable<Health> CartesiaSynthesiser::check() {
    if (lacks_key(provider_)) {
        co_return health_without_key(provider_);
    }
    if (desk_->proof.holds(clock_.now())) {
        co_return health_when_there(provider_, settings_.synthesiser_model);
    }
    try {
        // On the caller's strand, and for this question alone.
        auto url = sonic_url(settings_);
        auto socket = co_await open_socket(provider_, http_, clock_, std::move(url), headers_of(settings_),
                                           settings_.patience);
        co_await socket->close(net::CloseCode::Normal);
    } catch (const Failure& failure) {
        co_return health_after(provider_, failure.error());
    }
    desk_->proof.renew(clock_.now());
    desk_->warm();
    co_return health_when_there(provider_, settings_.synthesiser_model);
}

awaitable<void> CartesiaSynthesiser::close() {
    co_await carry_out_on(desk_->strand(), SonicDesk::close(desk_));
}

std::unique_ptr<SpeechStream> CartesiaSynthesiser::start(const SpeechRequest& request) {
    if (lacks_key(provider_)) {
        return std::make_unique<RefusingSpeechStream>(missing_key(provider_));
    }
    const auto& wanted = request.voice.language;
    if (std::ranges::none_of(sonic_languages(),
                             [&](const auto& offered) { return serves(offered, wanted); })) {
        return std::make_unique<RefusingSpeechStream>(
            Error{ErrorKind::Unsupported,
                  fmt::format("Cartesia does not speak the language '{}'.", primary_subtag(wanted)),
                  {}});
    }
    return std::make_unique<Speech>(desk_, request.voice);
}

}  // namespace repartee::engines::cartesia
