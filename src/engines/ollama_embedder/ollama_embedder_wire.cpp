#include "engines/ollama_embedder/ollama_embedder_wire.h"

#include "engines/embedding_parts.h"
#include "engines/json_parts.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <charconv>

namespace repartee::engines::ollama_embedder {

namespace {

// Ollama cuts by itself what its model does not read. This only bounds what is sent.
constexpr std::size_t longest_text = 32 << 10;  // bytes

Error nonsense(std::string detail) {
    return {ErrorKind::ProviderBroke, "Ollama's answer makes no sense.", std::move(detail)};
}

// A bare number is seconds, and has to be sent as a number.
boost::json::value stay_of(std::string_view keep_alive) {
    std::int64_t seconds = 0;
    auto [end, wrong] = std::from_chars(keep_alive.data(), keep_alive.data() + keep_alive.size(), seconds);
    if (wrong == std::errc() && end == keep_alive.data() + keep_alive.size()) {
        return seconds;
    }
    return boost::json::string(keep_alive);
}

}  // namespace

std::string embed_body(const OllamaEmbedderSettings& settings, const std::vector<std::string>& texts) {
    boost::json::array input;
    for (const auto& text : texts) {
        input.emplace_back(text_to_send(text, longest_text));
    }
    boost::json::object body{{"model", settings.model}, {"input", std::move(input)}, {"truncate", true}};
    if (settings.dimensions > 0) {
        body["dimensions"] = settings.dimensions;
    }
    if (!settings.keep_alive.empty()) {
        body["keep_alive"] = stay_of(settings.keep_alive);
    }
    return boost::json::serialize(body);
}

Result<std::vector<Embedding>> vectors_in(std::string_view body, std::size_t texts) {
    auto object = object_in(body);
    const auto* list = object ? array_at(*object, "embeddings") : nullptr;
    if (!list) {
        return nonsense("no list of vectors");
    }
    if (list->size() != texts) {
        return nonsense(fmt::format("{} vectors for {} texts", list->size(), texts));
    }
    std::vector<Embedding> vectors;
    vectors.reserve(texts);
    for (const auto& item : *list) {
        auto vector = embedding_in(item);
        if (!vector) {
            return nonsense("no vector");
        }
        vectors.push_back(std::move(*vector));
    }
    return vectors;
}

Error error_from_refusal(int status, std::string_view complaint, const Error& refusal,
                         const OllamaEmbedderSettings& settings) {
    if (status != 404) {
        return refusal;
    }
    // A path that it does not have is answered without JSON.
    if (complaint.find("model") == std::string_view::npos) {
        return {ErrorKind::Unavailable,
                fmt::format("What answers at {} does not embed: Ollama does from 0.3 on.", settings.base_url),
                refusal.detail};
    }
    return {ErrorKind::Unavailable,
            fmt::format("Ollama has no model '{0}'. Type: ollama pull {0}", settings.model), refusal.detail};
}

}  // namespace repartee::engines::ollama_embedder
