// The language of POST /embeddings, without the network. Pure; whatever comes in, nothing here throws.
#pragma once

#include "base/error.h"
#include "engines/embedder.h"
#include "engines/openai_embedder/openai_embedder_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::openai_embedder {

std::string embeddings_body(const OpenAiEmbedderSettings& settings, const std::vector<std::string>& texts);

// The vectors of an answer, in the order of the texts. ProviderBroke when there is not one for each of them.
Result<std::vector<Embedding>> vectors_in(std::string_view body, std::size_t texts);

}  // namespace repartee::engines::openai_embedder
