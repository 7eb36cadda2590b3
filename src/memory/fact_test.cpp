#include "memory/forgetting.h"
#include "memory/memory_text.h"
#include "memory/same_fact.h"

#include <gtest/gtest.h>

namespace repartee::memory {

namespace {

struct Pair {
    std::string known;
    std::string told;
    FactRelation relation;
    double nearness = 0.5;
};

void PrintTo(const Pair& pair, std::ostream* out) {
    *out << pair.known << " / " << pair.told;
}

class Facts : public testing::TestWithParam<Pair> {};

TEST_P(Facts, AreTheSameContradictOrAreBothTrue) {
    const auto& [known, told, relation, nearness] = GetParam();
    EXPECT_EQ(static_cast<int>(relation_of(known, told, nearness)), static_cast<int>(relation));
}

constexpr auto same = FactRelation::Same;
constexpr auto contradicts = FactRelation::Contradicts;
constexpr auto unrelated = FactRelation::Unrelated;

INSTANTIATE_TEST_SUITE_P(Same, Facts,
                         testing::Values(Pair{"My cat is called Ink.", "My cat is called Ink.", same},
                                         Pair{"My cat is called Ink.", "my CAT is called ink", same},
                                         Pair{"My cat is called Ink.", "The user's cat is called Ink.", same},
                                         Pair{"My cat is called Ink.", "my cat's name is Ink", same},
                                         Pair{"The name of my cat is Ink", "My cat is named Ink", same},
                                         Pair{"I live in Pune, near the river.", "I live in Pune", same},
                                         Pair{"The user lives in Pune.", "I live in Pune", same},
                                         Pair{"I don't like tea", "I do not like tea", same},
                                         Pair{"I dislike tea", "I don't like tea", same},
                                         Pair{"I love tea", "I like tea", same},
                                         Pair{"My sister is Asha", "Asha is my sister", same, 0.96},
                                         Pair{"I have a cat that sleeps all day", "I have a cat", same, 0.8},
                                         Pair{"I am employed at the school in our village",
                                              "At our village's school I have employment", same, 0.99},
                                         Pair{"मेरी बिल्ली का नाम स्याही है।", "मेरी बिल्ली का नाम स्याही है", same},
                                         Pair{"I prefer tea to coffee", "I prefer tea over coffee", same}));

INSTANTIATE_TEST_SUITE_P(
    Contradicting, Facts,
    testing::Values(Pair{"My cat is called Ink.", "My cat is called Tom.", contradicts},
                    Pair{"The user's cat is called Ink.", "Actually my cat's name is Tom", contradicts},
                    Pair{"My name is Asha", "Call me Anu", contradicts},
                    Pair{"I live in Pune", "I moved to Delhi", contradicts},
                    Pair{"I live in Pune", "I live in Pune, near the river", contradicts},
                    Pair{"My mother lives in Jaipur", "my mother lives in Agra now", contradicts},
                    Pair{"I work for the post", "I work at a bank", contradicts},
                    Pair{"I work as a teacher", "I am working as a nurse", contradicts},
                    Pair{"My favourite colour is green", "my favorite colour is blue", contradicts},
                    Pair{"My phone number is 12345", "My phone number is 54321", contradicts},
                    Pair{"I am 34 years old", "I'm 35 years old", contradicts},
                    Pair{"My son is 7 years old", "my son is 8 years old", contradicts},
                    Pair{"I like tea", "I don't like tea", contradicts},
                    Pair{"I like tea", "I hate tea", contradicts},
                    Pair{"I am vegetarian", "I am not vegetarian", contradicts},
                    Pair{"I prefer tea to coffee", "I prefer coffee to tea", contradicts},
                    Pair{"I was born in 1984", "I was born in 1985", contradicts},
                    Pair{"मेरी बिल्ली का नाम स्याही है", "मेरी बिल्ली का नाम शेरू है", contradicts},
                    Pair{"मैं पुणे में रहता हूँ", "मैं दिल्ली में रहता हूँ", contradicts},
                    Pair{"मेरा नाम आशा है", "मेरा नाम अनु है", contradicts},
                    Pair{"Meine Katze heißt Tinte", "Meine Katze heißt Tom", contradicts}));

INSTANTIATE_TEST_SUITE_P(
    BothTrue, Facts,
    testing::Values(Pair{"My cat is called Ink.", "My dog is called Tom.", unrelated, 0.9},
                    Pair{"My cat is called Ink.", "My sister's cat is called Tom", unrelated, 0.9},
                    Pair{"My cat is black", "My cat is old", unrelated, 0.9},
                    Pair{"My cat is called Ink", "My cat is black", unrelated, 0.9},
                    Pair{"I like tea", "I like coffee", unrelated, 0.9},
                    Pair{"I have a cat", "I have a dog", unrelated, 0.9},
                    Pair{"I have a cat", "I have a cat that sleeps all day", unrelated, 0.9},
                    Pair{"I live in Pune", "I live in a small flat", unrelated, 0.9},
                    Pair{"I live in Pune", "My mother lives in Jaipur", unrelated, 0.9},
                    Pair{"I work for the post", "I work at night", unrelated, 0.9},
                    Pair{"I was born in 1984", "I was born in Pune", unrelated, 0.9},
                    Pair{"My sister is Asha", "My sister is tall", unrelated, 0.9},
                    Pair{"I prefer tea to coffee", "I prefer trains to planes", unrelated, 0.9},
                    Pair{"My code is 1984 at work", "My wife's code is 1985", unrelated, 0.99},
                    Pair{"I have 2 cats", "I have 3 cats", unrelated, 0.99},
                    Pair{"Asha likes Ravi", "Ravi likes Asha", unrelated, 0.9},
                    Pair{"मुझे आम पसंद हैं", "मुझे केले पसंद हैं", unrelated, 0.9},
                    Pair{"", "My cat is called Ink", unrelated}, Pair{"My cat is called Ink", "", unrelated},
                    Pair{"My cat is called Ink", "is is is", unrelated}));

stores::FoundMemory found(std::string text, double score = 0.7, std::string source = "learned") {
    return {.memory = {.id = text, .text = text, .source = std::move(source)}, .score = score};
}

TEST(Judging, PrefersWhatIsKnownToWhatIsContradicted) {
    auto judged =
        judge("My cat is called Tom", {found("My cat is called Ink"), found("my cat's name is Tom")});
    EXPECT_EQ(judged.kind, Judgment::Kind::Known);
    EXPECT_EQ(judged.which, 1U);
    judged = judge("My cat is called Tom", {found("I like tea"), found("My cat is called Ink")});
    EXPECT_EQ(judged.kind, Judgment::Kind::Corrects);
    EXPECT_EQ(judged.which, 1U);
    EXPECT_EQ(judge("My cat is called Tom", {}).kind, Judgment::Kind::New);
}

TEST(Judging, CorrectsNoDocument) {
    EXPECT_EQ(judge("My cat is called Tom", {found("My cat is called Ink", 0.7, "ingested")}).kind,
              Judgment::Kind::New);
}

TEST(Forgetting, KnowsWhatIsMeant) {
    using Kind = ToForget::Kind;
    for (auto what :
         {"that", "forget that", "forget what I just said", "it", "", "the last thing I told you"}) {
        EXPECT_EQ(kind_of_forgetting(what), Kind::TheLast) << what;
    }
    for (auto what : {"everything", "everything you know about me", "all about the user", "सब कुछ",
                      "all memories", "Everything about the user."}) {
        EXPECT_EQ(kind_of_forgetting(what), Kind::Everything) << what;
    }
    for (auto what : {"my cat", "everything about my cat", "where I live", "all my passwords"}) {
        EXPECT_EQ(kind_of_forgetting(what), Kind::These) << what;
    }
}

TEST(Forgetting, TakesWhatHasAllTheWords) {
    std::vector<stores::FoundMemory> facts{found("My cat is called Ink", 0.6), found("My cat is black", 0.5),
                                           found("My dog is called Tom", 0.3),
                                           found("The cat food is empty", 0.2)};
    EXPECT_EQ(meant_by("my cat", facts), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(meant_by("the user's cat is called Ink", facts), std::vector<std::size_t>{0});
    EXPECT_EQ(meant_by("dogs", facts), std::vector<std::size_t>{2});
    EXPECT_EQ(meant_by("my parrot", {found("I like trains", 0.3)}), std::vector<std::size_t>{});
    EXPECT_EQ(meant_by("my pet", {found("My cat is called Ink", 0.7)}), std::vector<std::size_t>{0});
    EXPECT_EQ(meant_by("passwords", {found("The password is sesame", 0.4)}), std::vector<std::size_t>{0});
    EXPECT_TRUE(meant_by("my cat", {}).empty());
}

TEST(MemoryText, IsOnOneLineAndValid) {
    EXPECT_EQ(clean_text("  My cat\n\tis   called\r\nInk. ", 100), "My cat is called Ink.");
    EXPECT_EQ(clean_text("a\xFF"
                         "b",
                         100),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(clean_text("कखग", 7), "कख");
    EXPECT_EQ(clean_text("\x01 \x7F", 100), "");
    EXPECT_EQ(clean_text("a\u202Eb", 100), "a b");
}

}  // namespace

}  // namespace repartee::memory
