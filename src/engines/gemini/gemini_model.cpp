#include "engines/gemini/gemini_model.h"

#include "base/together.h"
#include "engines/event_answer.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"
#include "engines/short_wait.h"

#include <utility>

namespace repartee::engines::gemini {

namespace {

// A refusal's body is a sentence and some details; more is not read.
constexpr std::size_t refusal_limit = 64 << 10;  // bytes

}  // namespace

class Answer final : public EventAnswer {
public:
    Answer(GeminiModel& model, Prompt prompt)
        : EventAnswer(model.clock_,
                      {.first_word = model.settings_.timeout, .next_word = model.settings_.stall_timeout},
                      "Gemini"),
          model_(model),
          prompt_(std::move(prompt)) {}

private:
    awaitable<std::unique_ptr<net::ClientReply>> ask() override {
        const auto& settings = model_.settings_;
        if (auto missing = not_set_up(settings)) {
            throw Failure(std::move(*missing));
        }
        auto thinking = model_.refuses_thinking_ ? SayOfThinking::Nothing : SayOfThinking::AsSettingsSay;
        bool waited = false;
        for (;;) {
            auto question = generate_body(settings, prompt_, thinking);
            auto reply = co_await send(std::move(question));
            if (reply->status() == 200) {
                answer_.emplace();
                co_return reply;
            }
            if (auto wait = short_wait(reply->status(), reply->headers()); wait && !waited) {
                waited = true;
                reply.reset();
                co_await model_.clock_.sleep(*wait);
                continue;
            }
            auto body = co_await beginning_of_body(*reply, refusal_limit);
            if (!refuses_thinking(reply->status(), body) || thinking == SayOfThinking::Nothing) {
                throw Failure(error_from_reply(reply->status(), body, settings));
            }
            thinking = SayOfThinking::Nothing;
            if (!model_.refuses_thinking_.exchange(true)) {
                model_.log_.warning("model is told nothing of thinking from now on",
                                    {{"model", settings.model}});
            }
        }
    }

    awaitable<std::unique_ptr<net::ClientReply>> send(std::string body) {
        auto request = model_.request("POST", model_url(model_.settings_, ":streamGenerateContent?alt=sse"));
        request.headers.add("Content-Type", "application/json");
        request.body = std::move(body);
        request.first_byte_timeout = model_.settings_.timeout;
        request.progress_timeout = std::max(model_.settings_.timeout, model_.settings_.stall_timeout);
        try {
            co_return co_await model_.http_.send(std::move(request));
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::Unavailable) {
                throw;
            }
            throw Failure(unreachable(model_.settings_, failure.error().message));
        }
    }

    Result<std::vector<ModelOutput>> take(std::string_view event) override { return answer_->take(event); }
    Result<std::vector<ModelOutput>> take_end() override { return answer_->take_end(); }
    bool ended() const override { return answer_ && answer_->ended(); }
    bool starts_over() override {
        return answer_->worth_another_try() && !std::exchange(started_over_, true);
    }

    GeminiModel& model_;
    const Prompt prompt_;
    std::optional<AnswerEvents> answer_;
    bool started_over_ = false;
};

GeminiModel::GeminiModel(GeminiSettings settings, net::HttpClient& http, Clock& clock, const Log& log)
    : settings_(std::move(settings)),
      place_(place_of(url_of(settings_))),
      http_(http),
      clock_(clock),
      log_(log.with({{"engine", "gemini"}})) {
    if (place_ == Place::Cloud && !key_of(settings_).empty() && url_of(settings_).starts_with("http:")) {
        log_.warning("the key travels without encryption", {{"url", url_of(settings_)}});
    }
}

EngineInfo GeminiModel::info() const {
    return {.kind = "gemini", .model = settings_.model, .place = place_};
}

awaitable<Health> GeminiModel::check() {
    if (auto missing = not_set_up(settings_)) {
        co_return Health{.usable = false,
                         .reason = key_of(settings_).empty() ? "no key" : "no model named",
                         .advice = std::move(missing->message)};
    }
    auto look = http_.fetch(request("GET", model_url(settings_, "")));
    Error late{ErrorKind::ProviderLate, "no answer within five seconds", {}};
    try {
        auto reply = co_await with_deadline(clock_, check_limit, std::move(look), std::move(late));
        co_return health_from_model(reply.status, reply.body, settings_);
    } catch (const Failure& failure) {
        co_return health_when_unreachable(settings_, failure.what());
    }
}

std::unique_ptr<ModelStream> GeminiModel::start(Prompt prompt) {
    return std::make_unique<Answer>(*this, std::move(prompt));
}

net::ClientRequest GeminiModel::request(std::string method, std::string url) const {
    net::ClientRequest request{.method = std::move(method), .url = std::move(url)};
    // In a header and not in the query: URLs end up in logs.
    request.headers.add("x-goog-api-key", std::string(key_of(settings_)));
    return request;
}

}  // namespace repartee::engines::gemini
