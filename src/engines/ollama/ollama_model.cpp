#include "engines/ollama/ollama_model.h"

#include "base/together.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"

#include <deque>

namespace repartee::engines::ollama {

namespace {

// A refusal's body is a sentence; more is not read.
constexpr std::size_t refusal_limit = 64 << 10;  // bytes

// After the last line there is only the end of the body to come. Having read it keeps the connection
// for the next turn; waiting longer for it would cost more than a new connection.
constexpr auto farewell_limit = 100ms;

}  // namespace

class Answer final : public ModelStream {
public:
    Answer(OllamaModel& model, Prompt prompt) : model_(model), prompt_(std::move(prompt)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        over_ = true;  // stays so when anything below throws
        if (!reply_) {
            co_await ask();
        }
        while (ready_.empty() && !answer_.ended()) {
            co_await read_line();
        }
        if (ready_.empty()) {
            co_await take_leave();
            co_return std::nullopt;
        }
        over_ = false;
        std::optional<ModelOutput> output(std::move(ready_.front()));
        ready_.pop_front();
        co_return output;
    }

private:
    // Ends with the head of a reply that will be an answer. A model that turns something down is asked
    // again without it; there are two such things, so this ends.
    awaitable<void> ask() {
        const auto& settings = model_.settings_;
        if (!settings.enabled) {
            throw Failure(ErrorKind::Unavailable, "Ollama is disabled");
        }
        for (;;) {
            auto known = model_.refusals();
            auto question = chat_body(settings, prompt_, known);
            auto reply = co_await send(std::move(question));
            if (reply->status() == 200) {
                reply_ = std::move(reply);
                lines_.emplace(*reply_);
                co_return;
            }
            auto body = co_await beginning_of_body(*reply, refusal_limit);
            auto refused = refusals_in(reply->status(), body);
            if ((refused.skills && !known.skills) || (refused.thinking && !known.thinking)) {
                model_.remember(refused);
                continue;
            }
            throw Failure(error_from_reply(reply->status(), body, settings));
        }
    }

    awaitable<std::unique_ptr<net::ClientReply>> send(std::string body) {
        const auto& settings = model_.settings_;
        net::ClientRequest request{.method = "POST",
                                   .url = url_of(settings, "/api/chat"),
                                   .headers = {{"Content-Type", "application/json"}},
                                   .body = std::move(body),
                                   .first_byte_timeout = settings.timeout,
                                   .progress_timeout = settings.timeout};
        try {
            co_return co_await model_.http_.send(std::move(request));
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::Unavailable) {
                throw;
            }
            throw Failure(unreachable(settings, failure.error().message));
        }
    }

    awaitable<void> read_line() {
        auto line = co_await lines_->next();
        if (!line) {
            throw Failure(ErrorKind::ProviderBroke, "Ollama broke off in the middle of its answer.",
                          "end of body before done");
        }
        auto outputs = answer_.take(*line).value();
        std::move(outputs.begin(), outputs.end(), std::back_inserter(ready_));
    }

    awaitable<void> take_leave() {
        Error late{ErrorKind::ProviderLate, "the end of the body is late", {}};
        auto rest = lines_->next();
        try {
            co_await with_deadline(model_.clock_, farewell_limit, std::move(rest), std::move(late));
        } catch (const Failure&) {
            // The answer is complete; only the connection is not worth keeping.
        }
        lines_.reset();
        reply_.reset();
    }

    OllamaModel& model_;
    const Prompt prompt_;
    std::unique_ptr<net::ClientReply> reply_;
    std::optional<net::LineReader> lines_;  // reads from `reply_`
    AnswerLines answer_;
    std::deque<ModelOutput> ready_;  // what one line gave, and is not fetched yet
    bool over_ = false;
};

OllamaModel::OllamaModel(OllamaSettings settings, net::HttpClient& http, Clock& clock, Log log)
    : settings_(std::move(settings)),
      place_(place_of(url_of(settings_, ""))),
      http_(http),
      clock_(clock),
      log_(log.with({{"engine", "ollama"}})) {}

EngineInfo OllamaModel::info() const {
    return {.kind = "ollama", .model = settings_.model, .place = place_};
}

awaitable<Health> OllamaModel::check() {
    if (!settings_.enabled) {
        co_return Health{.usable = false,
                         .reason = "switched off (OLLAMA_ENABLED=false)",
                         .advice = "set OLLAMA_ENABLED=true"};
    }
    net::ClientRequest request{.url = url_of(settings_, "/api/tags"), .connect_timeout = check_limit};
    auto list = http_.fetch(std::move(request));
    Error late{ErrorKind::ProviderLate, "no answer within two seconds", {}};
    try {
        auto reply = co_await with_deadline(clock_, check_limit, std::move(list), std::move(late));
        co_return health_from_tags(reply.status, reply.body, settings_);
    } catch (const Failure& failure) {
        co_return health_when_unreachable(settings_, failure.what());
    }
}

std::unique_ptr<ModelStream> OllamaModel::start(Prompt prompt) {
    return std::make_unique<Answer>(*this, std::move(prompt));
}

Refusals OllamaModel::refusals() const {
    return {.skills = refuses_skills_.load(), .thinking = refuses_thinking_.load()};
}

void OllamaModel::remember(const Refusals& refused) {
    if (refused.skills && !refuses_skills_.exchange(true)) {
        log_.warning("model refuses skills", {{"model", settings_.model}});
    }
    if (refused.thinking && !refuses_thinking_.exchange(true)) {
        log_.warning("model refuses thinking", {{"model", settings_.model}});
    }
}

}  // namespace repartee::engines::ollama
