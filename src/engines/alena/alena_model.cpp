#include "engines/alena/alena_model.h"

#include "base/together.h"
#include "engines/alena/alena_wire.h"
#include "engines/peer_place.h"

namespace repartee::engines::alena {

namespace {

// An answer is to be spoken: nobody would listen to more.
constexpr std::size_t answer_limit = 1 << 20;  // bytes

}  // namespace

class Answer final : public ModelStream {
public:
    Answer(AlenaModel& model, std::optional<std::string> body) : model_(model), body_(std::move(body)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        over_ = true;  // stays so when anything below throws
        if (body_) {
            auto body = std::move(*body_);
            body_.reset();
            auto text = co_await ask(std::move(body));
            if (!text.empty()) {
                over_ = false;
                co_return TextDelta{std::move(text)};
            }
        }
        co_return AnswerEnd{};
    }

private:
    awaitable<std::string> ask(std::string body) {
        const auto& settings = model_.settings_;
        net::ClientRequest request{.method = "POST",
                                   .url = url_of(settings, "/generate"),
                                   .headers = {{"Content-Type", "application/json"}},
                                   .body = std::move(body),
                                   .first_byte_timeout = settings.timeout,
                                   .progress_timeout = settings.timeout,
                                   .body_limit = answer_limit};
        auto exchange = model_.http_.fetch(std::move(request));
        Error late{ErrorKind::ProviderLate, "Alena did not answer in time.", {}};
        net::Response reply;
        try {
            reply =
                co_await with_deadline(model_.clock_, settings.timeout, std::move(exchange), std::move(late));
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::Unavailable) {
                throw;
            }
            throw Failure(unreachable(settings, failure.error().message));
        }
        co_return answer_in(reply.status, reply.body).value();
    }

    AlenaModel& model_;
    std::optional<std::string> body_;  // what is still to be asked
    bool over_ = false;
};

AlenaModel::AlenaModel(AlenaSettings settings, net::HttpClient& http, Clock& clock)
    : settings_(std::move(settings)), place_(place_of(url_of(settings_, ""))), http_(http), clock_(clock) {}

EngineInfo AlenaModel::info() const {
    return {.kind = "alena", .model = "alena-controller", .place = place_};
}

awaitable<Health> AlenaModel::check() {
    net::ClientRequest request{.url = url_of(settings_, "/health"), .connect_timeout = check_limit};
    auto question = http_.fetch(std::move(request));
    Error late{ErrorKind::ProviderLate, "no answer within two seconds", {}};
    try {
        auto reply = co_await with_deadline(clock_, check_limit, std::move(question), std::move(late));
        co_return health_from_reply(reply.status, reply.body, settings_);
    } catch (const Failure& failure) {
        co_return health_when_unreachable(settings_, failure.what());
    }
}

std::unique_ptr<ModelStream> AlenaModel::start(Prompt prompt) {
    return std::make_unique<Answer>(*this, generate_body(prompt));
}

}  // namespace repartee::engines::alena
