#include "engines/openai/openai_model.h"

#include "base/together.h"
#include "engines/event_answer.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"
#include "engines/short_wait.h"

#include <fmt/format.h>

namespace repartee::engines::openai {

namespace {

// A refusal's body is a sentence; more is not read.
constexpr std::size_t refusal_limit = 64 << 10;  // bytes

// Some providers list hundreds of models, with prices and all.
constexpr std::size_t list_limit = 8 << 20;  // bytes

}  // namespace

class Answer final : public EventAnswer {
public:
    Answer(OpenAiModel& model, Prompt prompt, boost::json::object extras)
        : EventAnswer(model.clock_,
                      {.first_word = model.settings_.timeout, .next_word = model.settings_.stall_timeout},
                      peer_of(model.settings_)),
          model_(model),
          prompt_(std::move(prompt)),
          extras_(std::move(extras)) {}

private:
    awaitable<std::unique_ptr<net::ClientReply>> ask() override {
        const auto& settings = model_.settings_;
        if (auto missing = not_set_up(settings)) {
            throw Failure(std::move(*missing));
        }
        auto name = co_await model_.learn_model();
        auto known = model_.refusals();
        bool waited = false;
        for (;;) {
            auto question = chat_body(settings, name, prompt_, known, extras_);
            auto reply = co_await send(std::move(question));
            if (reply->status() == 200) {
                model_.remember(known);
                answer_.emplace(peer_of(settings), forbids_thinking(settings, name, known));
                co_return reply;
            }
            if (auto wait = short_wait(reply->status(), reply->headers()); wait && !waited) {
                waited = true;
                reply.reset();
                co_await model_.clock_.sleep(*wait);
                continue;
            }
            auto body = co_await beginning_of_body(*reply, refusal_limit);
            auto refused = refusals_in(reply->status(), body);
            // There are five things to refuse, so this ends.
            if (!known.lacks(refused)) {
                throw Failure(error_from_reply(reply->status(), body, settings, name));
            }
            known.add(refused);
        }
    }

    awaitable<std::unique_ptr<net::ClientReply>> send(std::string body) {
        auto request = model_.request("POST", "/chat/completions");
        request.headers.add("Content-Type", "application/json");
        request.headers.add("Accept", "text/event-stream");
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

    OpenAiModel& model_;
    const Prompt prompt_;
    const boost::json::object extras_;
    std::optional<AnswerEvents> answer_;
};

OpenAiModel::OpenAiModel(std::string kind, OpenAiSettings settings, net::HttpClient& http, Clock& clock,
                         const Log& log)
    : kind_(std::move(kind)),
      settings_(std::move(settings)),
      place_(place_of(url_of(settings_, ""))),
      http_(http),
      clock_(clock),
      log_(log.with({{"engine", kind_}})) {
    if (place_ == Place::Cloud && !key_of(settings_).empty() && url_of(settings_, "").starts_with("http:")) {
        log_.warning("the key travels without encryption", {{"url", url_of(settings_, "")}});
    }
}

EngineInfo OpenAiModel::info() const {
    auto name = model();
    return {.kind = kind_, .model = name.empty() ? "whatever is loaded" : name, .place = place_};
}

awaitable<Health> OpenAiModel::check() {
    if (auto missing = not_set_up(settings_)) {
        co_return Health{.usable = false,
                         .reason = key_of(settings_).empty() ? "no key" : "no model named",
                         .advice = std::move(missing->message)};
    }
    auto list = http_.fetch(request("GET", "/models"));
    Error late{ErrorKind::ProviderLate, "no answer within five seconds", {}};
    try {
        auto reply = co_await with_deadline(clock_, check_limit, std::move(list), std::move(late));
        auto health = health_from_models(reply.status, reply.body, settings_, model_of(settings_));
        if (health.usable && model_of(settings_).empty()) {
            auto first = first_model(models_in(reply.body).value_or(std::vector<std::string>()));
            std::lock_guard lock(mutex_);
            learnt_model_ = std::move(first);
        }
        co_return health;
    } catch (const Failure& failure) {
        co_return health_when_unreachable(settings_, failure.what());
    }
}

std::unique_ptr<ModelStream> OpenAiModel::start(Prompt prompt) {
    return start(std::move(prompt), {});
}

std::unique_ptr<ModelStream> OpenAiModel::start(Prompt prompt, boost::json::object extras) {
    return std::make_unique<Answer>(*this, std::move(prompt), std::move(extras));
}

net::ClientRequest OpenAiModel::request(std::string method, std::string_view path) const {
    net::ClientRequest request{
        .method = std::move(method), .url = url_of(settings_, path), .body_limit = list_limit};
    if (auto key = key_of(settings_); !key.empty()) {
        request.headers.add("Authorization", fmt::format("Bearer {}", key));
    }
    if (!settings_.keeps_connections) {
        request.headers.add("Connection", "close");
    }
    return request;
}

std::string OpenAiModel::model() const {
    auto named = model_of(settings_);
    if (!named.empty()) {
        return named;
    }
    std::lock_guard lock(mutex_);
    return learnt_model_;
}

awaitable<std::string> OpenAiModel::learn_model() {
    if (auto known = model(); !known.empty()) {
        co_return known;
    }
    auto health = co_await check();
    auto learnt = model();
    if (learnt.empty()) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("{} does not say which model to ask.", peer_of(settings_)), health.reason);
    }
    co_return learnt;
}

void OpenAiModel::remember(const Refusals& refused) {
    {
        std::lock_guard lock(mutex_);
        if (!refusals_.lacks(refused)) {
            return;
        }
        refusals_.add(refused);
    }
    log_.warning("model asked for less from now on", {{"model", model()},
                                                      {"without_skills", refused.skills},
                                                      {"without_sampling", refused.sampling},
                                                      {"says_nothing_of_thinking", refused.thinking}});
}

Refusals OpenAiModel::refusals() const {
    std::lock_guard lock(mutex_);
    return refusals_;
}

}  // namespace repartee::engines::openai
