// Where a server is that embeds in OpenAI's way, and what it is asked for. Section [engines.openai_embedder].
#pragma once

#include "base/fields.h"
#include "engines/address_book.h"
#include "engines/provider.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::engines::openai_embedder {

struct OpenAiEmbedderSettings {
    Secret api_key = {};
    std::string base_url = "https://api.openai.com/v1";
    std::string model = "text-embedding-3-small";
    std::int64_t dimensions = 0;       // 0: the model's own
    std::int64_t batch = 64;           // texts of one request
    std::int64_t longest_text = 8000;  // bytes: OpenAI's models read 8192 tokens
    std::chrono::milliseconds timeout{15'000};
    AddressSettings addresses = {};  // of each, where base_url names several
};

void describe(Fields& fields, OpenAiEmbedderSettings& settings);

// The settings as somebody wants them.
OpenAiEmbedderSettings wished(OpenAiEmbedderSettings settings, const Wishes& wishes);

Provider provider_of(const OpenAiEmbedderSettings& settings);

}  // namespace repartee::engines::openai_embedder
