#include "engines/openai_embedder/openai_embedder_wire.h"

#include "engines/embedding_parts.h"
#include "engines/json_parts.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::openai_embedder {

namespace {

Error nonsense(std::string detail) {
    return {ErrorKind::ProviderBroke, "The embedding server's answer makes no sense.", std::move(detail)};
}

// Servers that leave the index out answer in order.
std::size_t index_of(const boost::json::object& item, std::size_t position) {
    const auto* index = item.if_contains("index");
    const auto* number = index ? index->if_int64() : nullptr;
    return number && *number >= 0 ? static_cast<std::size_t>(*number) : position;
}

}  // namespace

std::string embeddings_body(const OpenAiEmbedderSettings& settings, const std::vector<std::string>& texts) {
    boost::json::array input;
    for (const auto& text : texts) {
        input.emplace_back(text_to_send(text, static_cast<std::size_t>(settings.longest_text)));
    }
    boost::json::object body{
        {"model", settings.model}, {"input", std::move(input)}, {"encoding_format", "float"}};
    if (settings.dimensions > 0) {
        body["dimensions"] = settings.dimensions;
    }
    return boost::json::serialize(body);
}

Result<std::vector<Embedding>> vectors_in(std::string_view body, std::size_t texts) {
    auto object = object_in(body);
    const auto* data = object ? array_at(*object, "data") : nullptr;
    if (!data) {
        return nonsense("no list of vectors");
    }
    if (data->size() != texts) {
        return nonsense(fmt::format("{} vectors for {} texts", data->size(), texts));
    }
    std::vector<Embedding> vectors(texts);
    for (std::size_t position = 0; position < texts; ++position) {
        const auto* item = (*data)[position].if_object();
        const auto* numbers = item ? item->if_contains("embedding") : nullptr;
        auto vector = numbers ? embedding_in(*numbers) : std::nullopt;
        if (!vector) {
            return nonsense("no vector");
        }
        const auto index = index_of(*item, position);
        if (index >= texts || !vectors[index].empty()) {
            return nonsense("an index twice, or too large");
        }
        vectors[index] = std::move(*vector);
    }
    return vectors;
}

}  // namespace repartee::engines::openai_embedder
