// The language of POST /api/embed, without the network. Pure; whatever comes in, nothing here throws.
#pragma once

#include "base/error.h"
#include "engines/embedder.h"
#include "engines/ollama_embedder/ollama_embedder_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::ollama_embedder {

std::string embed_body(const OllamaEmbedderSettings& settings, const std::vector<std::string>& texts);

// The vectors of an answer, in the order of the texts. ProviderBroke when there is not one for each of them.
Result<std::vector<Embedding>> vectors_in(std::string_view body, std::size_t texts);

// A refusal as the error it means, with what to type where the model is missing.
Error error_from_refusal(int status, std::string_view complaint, const Error& refusal,
                         const OllamaEmbedderSettings& settings);

}  // namespace repartee::engines::ollama_embedder
