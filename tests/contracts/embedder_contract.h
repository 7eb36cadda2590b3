// What every embedder must do, whatever it is: engines/embedder.h as tests.
//
// An engine joins by instantiating the suite in a *_contract_test.cpp of its own program:
//
//     INSTANTIATE_TEST_SUITE_P(Hashing, EmbedderContract, testing::Values(EmbedderCase{...}), case_name);
#pragma once

#include "engines/embedder.h"
#include "house.h"

#include <cmath>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace repartee::engines {

struct EmbedderCase {
    std::string name;
    // What the engine is given outlives it.
    std::function<std::unique_ptr<Embedder>(House&)> create;
    friend std::ostream& operator<<(std::ostream& out, const EmbedderCase& embedder) {
        return out << embedder.name;
    }
};

inline std::string case_name(const testing::TestParamInfo<EmbedderCase>& info) {
    return info.param.name;
}

class EmbedderContract : public testing::TestWithParam<EmbedderCase> {
protected:
    std::vector<Embedding> embed(std::vector<std::string> texts) {
        return house.run(embedder->embed(std::move(texts)));
    }
    awaitable<void> read_into(std::vector<Embedding>& into) {
        std::vector<std::string> texts{"one", "two"};
        into = co_await embedder->embed(std::move(texts));
    }
    static double nearness(const Embedding& one, const Embedding& other) {
        double sum = 0;
        for (std::size_t i = 0; i < one.size(); ++i) {
            sum += static_cast<double>(one[i]) * other.at(i);
        }
        return sum;
    }

    House house{Time::Real};
    std::unique_ptr<Embedder> embedder = GetParam().create(house);
};

TEST_P(EmbedderContract, GivesOneVectorOfLengthOneForEachTextInOrder) {
    std::vector<std::string> texts{"My cat is called Ink.", "I live in Pune.", "मेरी बिल्ली", ""};
    auto vectors = embed(texts);
    ASSERT_EQ(vectors.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        ASSERT_EQ(vectors[i].size(), vectors[0].size());
        EXPECT_NEAR(nearness(vectors[i], vectors[i]), 1, 1e-4);
        auto alone = embed({texts[i]});
        ASSERT_EQ(alone.size(), 1U);
        EXPECT_NEAR(nearness(alone[0], vectors[i]), 1, 1e-4) << texts[i];
    }
    EXPECT_TRUE(embed({}).empty());
}

TEST_P(EmbedderContract, PutsWhatIsAlikeNearerThanWhatIsNot) {
    auto vectors = embed({"what is my cat called", "My cat is called Ink.", "The train leaves at seven."});
    EXPECT_GT(nearness(vectors[0], vectors[1]), nearness(vectors[0], vectors[2]) + 0.1);
}

TEST_P(EmbedderContract, TakesAsManyAsItPromisesAndNoMore) {
    std::vector<std::string> texts(Embedder::most_texts, "word");
    EXPECT_EQ(embed(texts).size(), texts.size());
    texts.emplace_back("one more");
    EXPECT_THROW(embed(texts), Failure);
}

TEST_P(EmbedderContract, CutsTextsThatAreTooLong) {
    auto vectors = embed({std::string(200'000, 'a'), std::string("\xFF\xFE not UTF-8")});
    ASSERT_EQ(vectors.size(), 2U);
    EXPECT_NEAR(nearness(vectors[0], vectors[0]), 1, 1e-4);
}

TEST_P(EmbedderContract, AnswersTwoAtOnce) {
    auto alone = embed({"one", "two"});
    std::vector<std::vector<Embedding>> read(2);
    std::vector<Task> tasks;
    for (auto& into : read) {
        tasks.emplace_back(house.executor(), read_into(into));
    }
    house.run_until([&] { return !tasks[0].running() && !tasks[1].running(); });
    EXPECT_EQ(read[0], alone);
    EXPECT_EQ(read[1], alone);
}

TEST_P(EmbedderContract, SaysWhoItIsAndWhetherItIsUsable) {
    EXPECT_FALSE(embedder->info().kind.empty());
    EXPECT_FALSE(embedder->info().model.empty());
    EXPECT_TRUE(embedder->identity().starts_with(embedder->info().kind + "/"));
    auto named = embedder->identity();
    auto health = house.run(embedder->check());
    EXPECT_TRUE(health.usable) << health.reason;
    EXPECT_FALSE(health.reason.empty());
    EXPECT_EQ(embedder->identity(), named);
}

}  // namespace repartee::engines
