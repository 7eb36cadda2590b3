#include "engines/openai_embedder/openai_embedder.h"

#include "engines/openai_embedder/openai_embedder_wire.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"

#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines::openai_embedder {

namespace {

// A batch of the largest vectors there are, written out with many digits.
constexpr std::size_t answer_limit = 32 << 20;  // bytes

// What is longer is read on another thread: a batch of vectors is megabytes.
constexpr std::size_t short_answer = 64 << 10;  // bytes

}  // namespace

OpenAiEmbedder::OpenAiEmbedder(OpenAiEmbedderSettings settings, net::HttpClient& http, Clock& clock,
                               WorkerPool& pool, const Log& log)
    : settings_(std::move(settings)),
      provider_(provider_of(settings_)),
      place_(place_of(http_url(provider_.base_url, ""))),
      http_(http),
      clock_(clock),
      pool_(pool),
      log_(log.with({{"engine", "openai"}, {"trade", "embedder"}})) {}

EngineInfo OpenAiEmbedder::info() const {
    return {.kind = "openai", .model = settings_.model, .place = place_};
}

std::string OpenAiEmbedder::identity() const {
    return settings_.dimensions > 0 ? fmt::format("openai/{}/{}", settings_.model, settings_.dimensions)
                                    : fmt::format("openai/{}", settings_.model);
}

awaitable<Health> OpenAiEmbedder::check() {
    if (lacks_key(provider_)) {
        co_return health_without_key(provider_);
    }
    if (proof_.holds(clock_.now())) {
        co_return health_when_there(provider_, settings_.model);
    }
    if (place_ == Place::Cloud) {
        co_return co_await look_whether_there(provider_, http_, clock_, settings_.model);
    }
    std::vector<std::string> word{"hello"};
    std::optional<Error> failure;
    try {
        co_await embed(std::move(word));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (!failure) {
        co_return health_when_there(provider_, settings_.model);
    }
    auto health = health_after(provider_, *failure);
    health.advice =
        "set engines.openai_embedder.base_url to a server that has /embeddings, and model to one that it has";
    co_return health;
}

awaitable<std::vector<Embedding>> OpenAiEmbedder::embed(std::vector<std::string> texts) {
    if (texts.size() > most_texts) {
        throw Failure(ErrorKind::TooLarge, "So many texts cannot be read at once.",
                      fmt::format("{} texts", texts.size()));
    }
    if (lacks_key(provider_)) {
        throw Failure(missing_key(provider_));
    }
    std::vector<Embedding> all;
    const auto batch = static_cast<std::size_t>(settings_.batch);
    for (std::size_t begin = 0; begin < texts.size(); begin += batch) {
        const auto end = std::min(begin + batch, texts.size());
        std::vector<std::string> some(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                      texts.begin() + static_cast<std::ptrdiff_t>(end));
        auto vectors = co_await embed_some(std::move(some));
        std::ranges::move(vectors, std::back_inserter(all));
    }
    co_return all;
}

awaitable<std::vector<Embedding>> OpenAiEmbedder::embed_some(std::vector<std::string> texts) {
    auto headers = bearer(provider_);
    headers.add("Content-Type", "application/json");
    net::ClientRequest request{.method = "POST",
                               .url = http_url(provider_.base_url, "/embeddings"),
                               .headers = std::move(headers),
                               .body = embeddings_body(settings_, texts),
                               .first_byte_timeout = settings_.timeout,
                               .progress_timeout = settings_.timeout,
                               .body_limit = answer_limit};
    std::string body;
    try {
        auto asking = ask(provider_, http_, clock_, std::move(request));
        auto reply = co_await std::move(asking);
        body = co_await beginning_of_body(*reply, answer_limit);
    } catch (const Failure& failure) {
        proof_.lose();
        log_.debug("embedding failed",
                   {{"reason", failure.error().message}, {"detail", failure.error().detail}});
        throw;
    }
    const std::size_t count = texts.size();
    std::vector<Embedding> vectors;
    if (body.size() <= short_answer) {
        vectors = vectors_in(body, count).value();
    } else {
        auto reading = pool_.run([&body, count](const std::stop_token&) { return vectors_in(body, count); });
        vectors = (co_await std::move(reading)).value();
    }
    if (!dimension_.takes(vectors)) {
        throw Failure(ErrorKind::ProviderBroke, "The embedding server's vectors have changed their size.",
                      fmt::format("{} before", dimension_.value()));
    }
    proof_.renew(clock_.now());
    co_return vectors;
}

}  // namespace repartee::engines::openai_embedder
