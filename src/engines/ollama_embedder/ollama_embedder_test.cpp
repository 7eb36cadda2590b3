#include "engines/ollama_embedder/ollama_embedder.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "engines/answering_peer.h"
#include "engines/ollama_embedder/ollama_embedder_wire.h"

#include <gmock/gmock.h>

namespace repartee::engines::ollama_embedder {

namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

PeerAnswer vectors(std::string_view list) {
    return {.pieces = {fmt::format(R"({{"model":"m","embeddings":[{}],"total_duration":1}})", list)},
            .headers = "Content-Type: application/json\r\n"};
}

TEST(OllamaEmbedderWire, AsksForAllTextsAtOnce) {
    std::vector<std::string> texts{"one", ""};
    EXPECT_EQ(json::parse(embed_body({.model = "m"}, texts)),
              json::parse(R"({"model":"m","input":["one"," "],"truncate":true})"));
    EXPECT_EQ(json::parse(embed_body({.model = "m", .dimensions = 256, .keep_alive = "10m"}, texts)),
              json::parse(R"({"model":"m","input":["one"," "],"truncate":true,"dimensions":256,
                              "keep_alive":"10m"})"));
    EXPECT_EQ(json::parse(embed_body({.keep_alive = "-1"}, texts)).at("keep_alive"), -1);
}

TEST(OllamaEmbedderWire, TakesNoNonsense) {
    for (auto nonsense :
         {"", "[]", "{}", R"({"embeddings":7})", R"({"embeddings":[[1]]})", R"({"embeddings":[[1],[0]]})",
          R"({"embeddings":[[1],["x"]]})", R"({"embedding":[1]})"}) {
        auto read = vectors_in(nonsense, 2);
        ASSERT_FALSE(read) << nonsense;
        EXPECT_EQ(read.error().kind, ErrorKind::ProviderBroke);
    }
}

class OllamaEmbedderTest : public testing::Test {
protected:
    OllamaEmbedderTest() { settings.base_url = peer.url() + "/"; }

    OllamaEmbedder& embedder() {
        if (!embedder_) {
            embedder_ = std::make_unique<OllamaEmbedder>(settings, http, clock, pool, Log::silent());
        }
        return *embedder_;
    }
    std::vector<Embedding> embed(std::vector<std::string> texts) {
        std::vector<Embedding> read;
        run_to_end(context, ask_for(std::move(texts), read));
        return read;
    }
    awaitable<void> ask_for(std::vector<std::string> texts, std::vector<Embedding>& read) {
        read = co_await embedder().embed(std::move(texts));
    }
    Error error_when_embedding() {
        try {
            embed({"one"});
        } catch (const Failure& failure) {
            return failure.error();
        }
        ADD_FAILURE() << "nothing failed";
        return {};
    }
    Health health() {
        Health told;
        run_to_end(context, ask_health(told));
        return told;
    }
    awaitable<void> ask_health(Health& told) { told = co_await embedder().check(); }

    SystemClock clock;
    asio::io_context context;
    AnsweringPeer peer{context};
    net::HttpClient http{clock, nullptr};
    WorkerPool pool{1, 16};
    OllamaEmbedderSettings settings{.model = "nomic-embed-text"};

private:
    std::unique_ptr<OllamaEmbedder> embedder_;
};

TEST_F(OllamaEmbedderTest, EmbedsTextsInOrder) {
    peer.answers = {vectors("[2,0],[0,3]")};
    EXPECT_THAT(embed({"one", "two"}), ElementsAre(ElementsAre(1, 0), ElementsAre(0, 1)));
    ASSERT_EQ(peer.questions.size(), 1U);
    EXPECT_EQ(peer.questions[0].target, "/api/embed");
    EXPECT_EQ(peer.questions[0].body.at("input"), json::parse(R"(["one","two"])"));
}

TEST_F(OllamaEmbedderTest, AsksNothingForNothing) {
    EXPECT_TRUE(embed({}).empty());
    EXPECT_TRUE(peer.questions.empty());
    EXPECT_THROW(embed(std::vector<std::string>(Embedder::most_texts + 1, "a")), Failure);
}

TEST_F(OllamaEmbedderTest, SaysWhatToTypeWhereTheModelIsMissing) {
    peer.answers = {
        refusal(404, R"({"error":"model \"nomic-embed-text\" not found, try pulling it first"})")};
    auto error = error_when_embedding();
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_EQ(error.message, "Ollama has no model 'nomic-embed-text'. Type: ollama pull nomic-embed-text");
    peer.answers = {refusal(404, "404 page not found")};
    EXPECT_THAT(error_when_embedding().message, HasSubstr("does not embed"));
}

TEST_F(OllamaEmbedderTest, SaysWhatOtherRefusalsMean) {
    peer.answers = {refusal(500, R"({"error":"out of memory"})")};
    auto error = error_when_embedding();
    EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(error.message, HasSubstr("out of memory"));
    peer.answers = {refusal(503, R"({"error":"queue full"})")};
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::Busy);
    peer.answers = {refusal(400, R"({"error":"this model does not support embeddings"})")};
    EXPECT_THAT(error_when_embedding().message, HasSubstr("does not support embeddings"));
}

TEST_F(OllamaEmbedderTest, TakesNoOtherDimension) {
    peer.answers = {vectors("[1,0]"), vectors("[1,0,0]")};
    EXPECT_EQ(embed({"one"}).size(), 1U);
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::ProviderBroke);
}

TEST_F(OllamaEmbedderTest, FailsWhereNobodyAnswers) {
    settings.timeout = 100ms;
    peer.answers = {{.ending = PeerAnswer::Ending::Stalls}};
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::ProviderLate);
}

TEST_F(OllamaEmbedderTest, FailsWhereNobodyIs) {
    settings.base_url = "http://127.0.0.1:1";
    auto error = error_when_embedding();
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(error.message, HasSubstr("http://127.0.0.1:1"));
    auto told = health();
    EXPECT_FALSE(told.usable);
    EXPECT_THAT(told.advice, HasSubstr("ollama pull nomic-embed-text"));
}

TEST_F(OllamaEmbedderTest, IsUsableOnceItHasTheModel) {
    peer.answers = {PeerAnswer{.pieces = {R"({"details":{}})"}},
                    refusal(404, R"({"error":"model 'nomic-embed-text' not found"})")};
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.questions.at(0).target, "/api/show");
    EXPECT_FALSE(health().usable);
}

TEST_F(OllamaEmbedderTest, IsNamedByItsModel) {
    EXPECT_EQ(embedder().identity(), "ollama/nomic-embed-text");
}

}  // namespace

}  // namespace repartee::engines::ollama_embedder
