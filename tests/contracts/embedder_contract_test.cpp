// All embedders held to the contract; those over the network with a peer that embeds as the built-in one
// does.
#include "embedder_contract.h"

#include "engines/answering_peer.h"
#include "engines/hashing/hashing_embedder.h"
#include "engines/hashing/text_vector.h"
#include "engines/ollama_embedder/ollama_embedder.h"
#include "engines/openai_embedder/openai_embedder.h"

#include <boost/json.hpp>

namespace repartee::engines {

namespace {

namespace json = boost::json;

json::array numbers_of(std::string_view text, double length) {
    json::array numbers;
    for (float number : hashing::vector_of(text)) {
        numbers.emplace_back(number * length);
    }
    return numbers;
}

PeerAnswer embed_for(const AnsweringPeer::Question& question) {
    json::array data;
    json::array embeddings;
    if (const auto* input = question.body.if_contains("input")) {
        for (const auto& text : input->as_array()) {
            embeddings.push_back(numbers_of(std::string_view(text.as_string()), 3));
            data.push_back({{"index", data.size()}, {"embedding", embeddings.back()}});
        }
    }
    json::object body{{"data", std::move(data)}, {"embeddings", std::move(embeddings)}};
    return {.pieces = {json::serialize(body)}, .headers = "Content-Type: application/json\r\n"};
}

// An embedder with all that it needs.
template <class Asking>
struct WithPeer {
    explicit WithPeer(House& house) : peer(house.executor()) { peer.answer_to = embed_for; }
    AnsweringPeer peer;
    SystemClock clock;
    net::HttpClient http{clock, nullptr};
    std::unique_ptr<Asking> engine;
};

// Keeps the peer beside the engine.
template <class Asking>
class Accompanied final : public Embedder {
public:
    explicit Accompanied(std::unique_ptr<WithPeer<Asking>> all) : all_(std::move(all)) {}
    EngineInfo info() const override { return all_->engine->info(); }
    awaitable<Health> check() override { return all_->engine->check(); }
    std::string identity() const override { return all_->engine->identity(); }
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override {
        return all_->engine->embed(std::move(texts));
    }

private:
    std::unique_ptr<WithPeer<Asking>> all_;
};

const EmbedderCase hashing_case{.name = "Hashing", .create = [](House& house) {
                                    return std::make_unique<hashing::HashingEmbedder>(house.pool());
                                }};

const EmbedderCase openai_case{
    .name = "OpenAi", .create = [](House& house) -> std::unique_ptr<Embedder> {
        using Asking = openai_embedder::OpenAiEmbedder;
        auto all = std::make_unique<WithPeer<Asking>>(house);
        openai_embedder::OpenAiEmbedderSettings settings{.base_url = all->peer.url() + "/v1", .batch = 10};
        all->engine =
            std::make_unique<Asking>(std::move(settings), all->http, all->clock, house.pool(), Log::silent());
        return std::make_unique<Accompanied<Asking>>(std::move(all));
    }};

const EmbedderCase ollama_case{
    .name = "Ollama", .create = [](House& house) -> std::unique_ptr<Embedder> {
        using Asking = ollama_embedder::OllamaEmbedder;
        auto all = std::make_unique<WithPeer<Asking>>(house);
        ollama_embedder::OllamaEmbedderSettings settings{.base_url = all->peer.url()};
        all->engine =
            std::make_unique<Asking>(std::move(settings), all->http, all->clock, house.pool(), Log::silent());
        return std::make_unique<Accompanied<Asking>>(std::move(all));
    }};

INSTANTIATE_TEST_SUITE_P(Embedders, EmbedderContract, testing::Values(hashing_case, openai_case, ollama_case),
                         case_name);

}  // namespace

}  // namespace repartee::engines
