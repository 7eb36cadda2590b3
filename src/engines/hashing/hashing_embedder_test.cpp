#include "engines/hashing/hashing_embedder.h"

#include "base/clock.h"
#include "base/test_loop.h"
#include "engines/hashing/text_vector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace repartee::engines::hashing {

namespace {

double nearness(std::string_view left, std::string_view right) {
    auto one = vector_of(left);
    auto other = vector_of(right);
    double sum = 0;
    for (std::size_t i = 0; i < dimension; ++i) {
        sum += static_cast<double>(one[i]) * other[i];
    }
    return sum;
}

TEST(TextVector, HasLengthOneWhateverTheText) {
    for (const std::string& text :
         {std::string(), std::string("?!"), std::string("Ink"), std::string("\xFF\xFE"),
          std::string(100'000, 'x'), std::string("मेरी बिल्ली")}) {
        auto vector = vector_of(text);
        ASSERT_EQ(vector.size(), dimension);
        double length = 0;
        for (auto value : vector) {
            length += static_cast<double>(value) * value;
        }
        EXPECT_NEAR(length, 1, 1e-5);
    }
}

// Vectors are kept for years: this says when they have changed, and the version has to be raised.
TEST(TextVector, IsTheSameForEver) {
    auto vector = vector_of("My cat is called Ink.");
    double sum = 0;
    for (std::size_t i = 0; i < dimension; ++i) {
        sum += vector[i] * static_cast<double>(i + 1);
    }
    EXPECT_NEAR(sum, -120.616441, 1e-4);
}

TEST(TextVector, DoesNotMindCaseAndPunctuation) {
    EXPECT_NEAR(nearness("My cat is called Ink.", "my CAT is called ink"), 1, 1e-5);
}

TEST(TextVector, IsFarFromWhatSharesNothing) {
    EXPECT_LT(std::abs(nearness("My cat is called Ink.", "Trains to Pune leave at seven")), 0.2);
    EXPECT_LT(std::abs(nearness("I like green tea", "Die Sonne scheint heute")), 0.2);
    // "What is my", and nothing else in common.
    EXPECT_LT(std::abs(nearness("What is my plan?", "What is my password?")), 0.35);
}

const std::vector<std::string> facts{
    "My cat is called Ink.",
    "I live in Pune, near the river.",
    "My sister's name is Asha.",
    "I am allergic to peanuts.",
    "I work as a teacher at a primary school.",
    "My birthday is on the third of May.",
    "I prefer tea to coffee.",
    "My car is a red Fiat.",
    "The wifi password at home is on the fridge.",
    "I play the violin on Sundays.",
    "My dentist is Doctor Rao.",
    "I parked on level four.",
    "My favourite colour is green.",
    "I run ten kilometres every morning.",
    "My mother lives in Jaipur.",
    "My flight leaves on Friday at nine.",
    "I take two tablets after breakfast.",
    "My office is on the second floor.",
    "I am learning Spanish.",
    "My phone's number ends in forty two.",
    "The spare key is under the flower pot.",
    "मेरे कुत्ते का नाम शेरू है।",
    "मुझे आम बहुत पसंद हैं।",
    "मैं दिल्ली में रहता हूँ।",
    "Meine Lieblingsfarbe ist Blau.",
};

struct Question {
    std::string asked;
    std::string fact;
};

class FindingFacts : public testing::TestWithParam<Question> {};

TEST_P(FindingFacts, PutsTheRightOneFirst) {
    const auto& [asked, fact] = GetParam();
    auto best =
        std::ranges::max_element(facts, {}, [&](const std::string& one) { return nearness(asked, one); });
    EXPECT_EQ(*best, fact) << asked << ": " << nearness(asked, *best) << " over " << nearness(asked, fact);
    EXPECT_GT(nearness(asked, fact), 0.2) << "would not be thought worth mentioning";
}

INSTANTIATE_TEST_SUITE_P(
    Questions, FindingFacts,
    testing::Values(Question{"what is my cat called", "My cat is called Ink."},
                    Question{"What's the name of my cat?", "My cat is called Ink."},
                    Question{"tell me about my cats", "My cat is called Ink."},
                    Question{"Where do I live?", "I live in Pune, near the river."},
                    Question{"who is my sister", "My sister's name is Asha."},
                    Question{"which foods am I allergic to", "I am allergic to peanuts."},
                    Question{"where do I work", "I work as a teacher at a primary school."},
                    Question{"When is my birthday?", "My birthday is on the third of May."},
                    Question{"do I prefer coffee or tea", "I prefer tea to coffee."},
                    Question{"what car do I have", "My car is a red Fiat."},
                    Question{"what is the wi-fi pasword at home",
                             "The wifi password at home is on the fridge."},
                    Question{"which instrument do I play", "I play the violin on Sundays."},
                    Question{"my dentist's name", "My dentist is Doctor Rao."},
                    Question{"where have I parked", "I parked on level four."},
                    Question{"what is my favorite colour", "My favourite colour is green."},
                    Question{"how many kilometers do I run", "I run ten kilometres every morning."},
                    Question{"where does my mother live", "My mother lives in Jaipur."},
                    Question{"when does my flight leave", "My flight leaves on Friday at nine."},
                    Question{"how many tablets should I take", "I take two tablets after breakfast."},
                    Question{"which language am I learning", "I am learning Spanish."},
                    Question{"where is the spare key", "The spare key is under the flower pot."},
                    Question{"मेरे कुत्ते का नाम क्या है", "मेरे कुत्ते का नाम शेरू है।"},
                    Question{"मैं कहाँ रहता हूँ", "मैं दिल्ली में रहता हूँ।"},
                    Question{"मुझे क्या पसंद है", "मुझे आम बहुत पसंद हैं।"},
                    Question{"Was ist meine Lieblingsfarbe?", "Meine Lieblingsfarbe ist Blau."}));

class HashingEmbedderTest : public testing::Test {
protected:
    std::vector<Embedding> embed(std::vector<std::string> texts) {
        std::vector<Embedding> vectors;
        run_to_end(context, read(texts, vectors));
        return vectors;
    }
    awaitable<void> read(std::vector<std::string> texts, std::vector<Embedding>& vectors) {
        vectors = co_await embedder.embed(std::move(texts));
    }

    asio::io_context context;
    WorkerPool pool{1, 16};
    HashingEmbedder embedder{pool};
};

TEST_F(HashingEmbedderTest, GivesOneVectorForEachTextInOrder) {
    EXPECT_TRUE(embed({}).empty());
    auto vectors = embed({"one", "two", std::string(5000, 'x')});
    ASSERT_EQ(vectors.size(), 3U);
    EXPECT_EQ(vectors[0], vector_of("one"));
    EXPECT_EQ(vectors[1], vector_of("two"));
    EXPECT_EQ(vectors[2], vector_of(std::string(5000, 'x')));
}

TEST_F(HashingEmbedderTest, TakesNoMoreThanItPromises) {
    EXPECT_EQ(embed(std::vector<std::string>(Embedder::most_texts, "a")).size(), Embedder::most_texts);
    EXPECT_THROW(embed(std::vector<std::string>(Embedder::most_texts + 1, "a")), Failure);
}

}  // namespace

}  // namespace repartee::engines::hashing
