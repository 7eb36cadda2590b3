#include "engines/openai_embedder/openai_embedder.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "engines/answering_peer.h"
#include "engines/openai_embedder/openai_embedder_wire.h"

#include <gmock/gmock.h>

namespace repartee::engines::openai_embedder {

namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PeerAnswer vectors(std::string_view data) {
    return {.pieces = {fmt::format(R"({{"object":"list","data":[{}],"model":"m","usage":{{}}}})", data)},
            .headers = "Content-Type: application/json\r\n"};
}

TEST(OpenAiEmbedderWire, AsksForAllTextsAtOnce) {
    std::vector<std::string> texts{"one", "", "a long one"};
    EXPECT_EQ(json::parse(embeddings_body({.model = "m", .longest_text = 6}, texts)),
              json::parse(R"({"model":"m","input":["one"," ","a long"],"encoding_format":"float"})"));
    EXPECT_EQ(json::parse(embeddings_body({.model = "m", .dimensions = 256}, texts)).at("dimensions"), 256);
}

TEST(OpenAiEmbedderWire, PutsVectorsInTheOrderOfTheTexts) {
    auto read = vectors_in(R"({"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[5,0]}]})", 2);
    ASSERT_TRUE(read);
    EXPECT_THAT(read->at(0), ElementsAre(1, 0));
    EXPECT_THAT(read->at(1), ElementsAre(0, 1));
    auto without_index = vectors_in(R"({"data":[{"embedding":[3,0]},{"embedding":[0,1]}]})", 2);
    ASSERT_TRUE(without_index);
    EXPECT_THAT(without_index->at(1), ElementsAre(0, 1));
}

TEST(OpenAiEmbedderWire, TakesNoNonsense) {
    for (auto nonsense :
         {"", "[]", "{}", R"({"data":7})", R"({"data":[]})", R"({"data":[{"embedding":[1]}]})",
          R"({"data":[{"embedding":[1]},7]})", R"({"data":[{"embedding":[1]},{"embedding":[]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":9,"embedding":[1]}]})",
          R"({"data":[{"embedding":[1]},{"embedding":"no base64!"}]})"}) {
        auto read = vectors_in(nonsense, 2);
        ASSERT_FALSE(read) << nonsense;
        EXPECT_EQ(read.error().kind, ErrorKind::ProviderBroke);
    }
}

class OpenAiEmbedderTest : public testing::Test {
protected:
    OpenAiEmbedderTest() {
        settings.base_url = peer.url() + "/v1/";
        settings.api_key = Secret("sk-secret");
    }

    OpenAiEmbedder& embedder() {
        if (!embedder_) {
            embedder_ = std::make_unique<OpenAiEmbedder>(settings, http, clock, pool, Log::silent());
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
    OpenAiEmbedderSettings settings{.model = "m"};

private:
    std::unique_ptr<OpenAiEmbedder> embedder_;
};

TEST_F(OpenAiEmbedderTest, EmbedsInBatchesWithTheKey) {
    settings.batch = 2;
    peer.answers = {vectors(R"({"index":0,"embedding":[2,0]},{"index":1,"embedding":[0,3]})"),
                    vectors(R"({"index":0,"embedding":[0,-1]})")};
    EXPECT_THAT(embed({"one", "two", "three"}),
                ElementsAre(ElementsAre(1, 0), ElementsAre(0, 1), ElementsAre(0, -1)));
    ASSERT_EQ(peer.questions.size(), 2U);
    EXPECT_EQ(peer.questions[0].target, "/v1/embeddings");
    EXPECT_THAT(peer.questions[0].head, HasSubstr("Authorization: Bearer sk-secret"));
    EXPECT_EQ(peer.questions[1].body.at("input"), json::parse(R"(["three"])"));
}

TEST_F(OpenAiEmbedderTest, AsksNothingForNothing) {
    EXPECT_TRUE(embed({}).empty());
    EXPECT_TRUE(peer.questions.empty());
    EXPECT_THROW(embed(std::vector<std::string>(Embedder::most_texts + 1, "a")), Failure);
}

TEST_F(OpenAiEmbedderTest, ReadsLongAnswersToo) {
    std::string numbers = "1";
    for (int i = 0; i < 40'000 / 3; ++i) {
        numbers += ",0.000001";
    }
    peer.answers = {vectors(fmt::format(R"({{"index":0,"embedding":[{}]}})", numbers))};
    EXPECT_EQ(embed({"one"}).at(0).size(), 13'334U);
}

TEST_F(OpenAiEmbedderTest, SaysWhatARefusalMeans) {
    struct Row {
        int status;
        std::string body;
        ErrorKind kind;
        std::string says;
    };
    for (const auto& row :
         {Row{401, R"({"error":{"message":"wrong key sk-secret"}})", ErrorKind::Unavailable,
              "OPENAI_API_KEY"},
          Row{404, R"({"error":{"message":"no model m"}})", ErrorKind::Unavailable, "no model m"},
          Row{400, R"({"error":{"message":"too long"}})", ErrorKind::Unavailable, "too long"},
          Row{429, R"({"error":{"message":"slow down"}})", ErrorKind::Busy, "busy"},
          Row{500, R"({"detail":"crashed"})", ErrorKind::ProviderBroke, "crashed"}}) {
        peer.answers = {refusal(row.status, row.body)};
        auto error = error_when_embedding();
        EXPECT_EQ(error.kind, row.kind) << row.status;
        EXPECT_THAT(error.message, HasSubstr(row.says));
        EXPECT_THAT(error.message + error.detail, Not(HasSubstr("sk-secret")));
    }
}

TEST_F(OpenAiEmbedderTest, TakesNoNonsenseAndNoOtherDimension) {
    peer.answers = {vectors(R"({"index":0,"embedding":[]})")};
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::ProviderBroke);
    peer.answers = {vectors(R"({"index":0,"embedding":[1,0]})"),
                    vectors(R"({"index":0,"embedding":[1,0,0]})")};
    EXPECT_EQ(embed({"one"}).size(), 1U);
    auto error = error_when_embedding();
    EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(error.detail, HasSubstr("2 before"));
}

TEST_F(OpenAiEmbedderTest, FailsWhereNobodyAnswersInTime) {
    settings.timeout = 100ms;
    peer.answers = {{.ending = PeerAnswer::Ending::Stalls}};
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::ProviderLate);
}

TEST_F(OpenAiEmbedderTest, BreaksOffAreFailures) {
    auto cut = vectors(R"({"index":0,"embedding":[1,0]})");
    cut.ending = PeerAnswer::Ending::BreaksOff;
    peer.answers = {cut, cut};
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::ProviderBroke);
}

TEST_F(OpenAiEmbedderTest, IsNamedByItsModel) {
    EXPECT_EQ(embedder().identity(), "openai/m");
    settings.dimensions = 256;
    EXPECT_EQ(OpenAiEmbedder(settings, http, clock, pool, Log::silent()).identity(), "openai/m/256");
}

TEST_F(OpenAiEmbedderTest, IsUsableWhereItEmbedsAWord) {
    peer.answers = {vectors(R"({"index":0,"embedding":[1,0]})")};
    EXPECT_TRUE(health().usable);
    EXPECT_TRUE(health().usable);  // it just has been asked
    EXPECT_EQ(peer.questions.size(), 1U);
}

TEST_F(OpenAiEmbedderTest, IsNotUsableWhereItCannot) {
    peer.answers = {refusal(404, R"({"error":{"message":"no embeddings here"}})")};
    auto told = health();
    EXPECT_FALSE(told.usable);
    EXPECT_THAT(told.reason, HasSubstr("no embeddings here"));
    EXPECT_THAT(told.advice, HasSubstr("engines.openai_embedder"));
}

TEST_F(OpenAiEmbedderTest, NeedsAKeyElsewhere) {
    settings.base_url = "https://api.vendor.example/v1";
    settings.api_key = {};
    auto told = health();
    EXPECT_FALSE(told.usable);
    EXPECT_THAT(told.advice, HasSubstr("OPENAI_API_KEY"));
    EXPECT_EQ(error_when_embedding().kind, ErrorKind::Unavailable);
}

TEST_F(OpenAiEmbedderTest, StopsWhenItIsCancelled) {
    peer.answers = {{.ending = PeerAnswer::Ending::Stalls}};
    std::vector<Embedding> read;
    Task asking(context.get_executor(), ask_for({"one"}, read));
    auto limit = std::chrono::steady_clock::now() + 20s;
    while (peer.questions.empty() && std::chrono::steady_clock::now() < limit) {
        context.restart();
        context.run_one_until(limit);
    }
    asking.cancel();
    while ((asking.running() || peer.abandoned == 0) && std::chrono::steady_clock::now() < limit) {
        context.restart();
        context.run_one_until(limit);
    }
    EXPECT_FALSE(asking.running());
    EXPECT_EQ(peer.abandoned, 1);
}

}  // namespace

}  // namespace repartee::engines::openai_embedder
