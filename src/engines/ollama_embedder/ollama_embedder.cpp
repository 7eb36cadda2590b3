#include "engines/ollama_embedder/ollama_embedder.h"

#include "base/together.h"
#include "engines/ollama_embedder/ollama_embedder_wire.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines::ollama_embedder {

namespace {

constexpr std::size_t answer_limit = 32 << 20;  // bytes
constexpr std::size_t short_answer = 64 << 10;  // bytes; what is longer is read on another thread

// A server that is up tells what it has in milliseconds.
constexpr auto look_limit = std::chrono::milliseconds(2000);

}  // namespace

OllamaEmbedder::OllamaEmbedder(OllamaEmbedderSettings settings, net::HttpClient& http, Clock& clock,
                               WorkerPool& pool, const Log& log)
    : settings_(std::move(settings)),
      provider_(provider_of(settings_)),
      place_(place_of(http_url(provider_.base_url, ""))),
      http_(http),
      clock_(clock),
      pool_(pool),
      log_(log.with({{"engine", "ollama"}, {"trade", "embedder"}})) {}

EngineInfo OllamaEmbedder::info() const {
    return {.kind = "ollama", .model = settings_.model, .place = place_};
}

std::string OllamaEmbedder::identity() const {
    return settings_.dimensions > 0 ? fmt::format("ollama/{}/{}", settings_.model, settings_.dimensions)
                                    : fmt::format("ollama/{}", settings_.model);
}

awaitable<Health> OllamaEmbedder::check() {
    auto question = boost::json::serialize(boost::json::object{{"model", settings_.model}});
    auto asking = post("/api/show", std::move(question), look_limit);
    Error late{ErrorKind::ProviderLate, "Ollama does not answer.", "nothing within 2 s"};
    std::optional<Error> failure;
    try {
        co_await with_deadline(clock_, look_limit, std::move(asking), std::move(late));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (!failure) {
        co_return health_when_there(provider_, settings_.model);
    }
    co_return Health{
        .usable = false,
        .reason = failure->message,
        .advice = fmt::format("ollama pull {}, or set OLLAMA_BASE_URL to where it listens", settings_.model)};
}

awaitable<std::vector<Embedding>> OllamaEmbedder::embed(std::vector<std::string> texts) {
    if (texts.size() > most_texts) {
        throw Failure(ErrorKind::TooLarge, "So many texts cannot be read at once.",
                      fmt::format("{} texts", texts.size()));
    }
    if (texts.empty()) {
        co_return std::vector<Embedding>{};
    }
    const std::size_t count = texts.size();
    auto asking = post("/api/embed", embed_body(settings_, texts), settings_.timeout);
    auto body = co_await std::move(asking);
    std::vector<Embedding> vectors;
    if (body.size() <= short_answer) {
        vectors = vectors_in(body, count).value();
    } else {
        auto reading = pool_.run([&body, count](const std::stop_token&) { return vectors_in(body, count); });
        vectors = (co_await std::move(reading)).value();
    }
    if (!dimension_.takes(vectors)) {
        throw Failure(ErrorKind::ProviderBroke, "Ollama's vectors have changed their size.",
                      fmt::format("{} before", dimension_.value()));
    }
    co_return vectors;
}

awaitable<std::string> OllamaEmbedder::post(std::string path, std::string body,
                                            std::chrono::milliseconds limit) {
    net::Headers headers;
    headers.add("Content-Type", "application/json");
    net::ClientRequest request{.method = "POST",
                               .url = http_url(provider_.base_url, path),
                               .headers = std::move(headers),
                               .body = std::move(body),
                               .first_byte_timeout = limit,
                               .progress_timeout = limit,
                               .body_limit = answer_limit};
    try {
        auto asking = ask(provider_, http_, clock_, std::move(request));
        auto reply = co_await std::move(asking);
        co_return co_await beginning_of_body(*reply, answer_limit);
    } catch (const Refused& refused) {
        throw Failure(error_from_refusal(refused.status(), refused.complaint(), refused.error(), settings_));
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::Unavailable) {
            throw;
        }
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("Ollama does not answer at {}.", settings_.base_url),
                      failure.error().message);
    }
}

}  // namespace repartee::engines::ollama_embedder
