#include "hearing/speaker_clusters.h"

#include "base/clock.h"

#include <gtest/gtest.h>

#include <random>

namespace repartee::hearing {

namespace {

// People who are told apart by where they stand; what they say is scattered around them.
class Gathering : public testing::Test {
protected:
    static constexpr std::size_t dimension = 8;

    engines::Voiceprint says(int person, std::chrono::milliseconds voice = 3s) {
        engines::Voiceprint print{.vector = std::vector<float>(dimension, 0), .voice = voice, .spread = 1};
        for (auto& number : print.vector) {
            number = static_cast<float>(normal_(random_) / std::sqrt(dimension));
        }
        print.vector[static_cast<std::size_t>(person) % dimension] += person < 8 ? 4.0F : -4.0F;
        return print;
    }

    // What is told of it; labels keep what is so at last.
    std::vector<SpeakerChange> hears(const engines::Voiceprint& print) {
        SpeakerClusters::Part part{++last_, print};
        auto changes = clusters.add({&part, 1});
        for (const auto& change : changes) {
            EXPECT_NE(change.speaker, labels[change.line]) << "what is the same is not told";
            labels[change.line] = change.speaker;
        }
        return changes;
    }
    int number_of(std::uint64_t line) { return labels[line] ? labels[line]->number : 0; }

    SpeakerClusters clusters{{.traits = {.apart = 2, .least_voice = 1s}, .window = 20}};
    std::map<std::uint64_t, std::optional<Speaker>> labels;

private:
    std::uint64_t last_ = 0;
    std::mt19937 random_{1};
    std::normal_distribution<double> normal_;
};

TEST_F(Gathering, NumbersPeopleInOrderOfAppearance) {
    for (int person : {5, 2, 5, 2, 2, 7, 5}) {
        hears(says(person));
    }
    std::string story;
    for (std::uint64_t line = 1; line <= 7; ++line) {
        story += std::to_string(number_of(line));
    }
    EXPECT_EQ(story, "1212231");
    EXPECT_TRUE(labels[3]->sure);
}

TEST_F(Gathering, KeepsEightApartAndNeverMore) {
    for (int round = 0; round < 3; ++round) {
        for (int person = 0; person < 8; ++person) {
            hears(says(person));
        }
    }
    EXPECT_EQ(clusters.speakers(), 8u);
    for (std::uint64_t line = 9; line <= 24; ++line) {
        EXPECT_EQ(number_of(line), number_of(line - 8));
    }
    for (int person = 8; person < 16; ++person) {
        hears(says(person));
    }
    for (const auto& [line, label] : labels) {
        ASSERT_TRUE(label);
        EXPECT_LE(label->number, 8);
    }
}

TEST_F(Gathering, WhoSaysLittleMakesNobodyNew) {
    hears(says(0, 400ms));
    EXPECT_EQ(labels.count(1), 0u) << "nobody is known yet, so nothing is said of it";
    hears(says(0));
    EXPECT_EQ(number_of(1), 1) << "found out later, and told";
    EXPECT_FALSE(labels[1]->sure);
    hears(says(3));
    hears(says(0, 400ms));
    EXPECT_EQ(number_of(4), 1);
    hears(says(6, 400ms));
    EXPECT_EQ(number_of(5), 0) << "somebody else, but who?";
    hears({});
    EXPECT_EQ(number_of(6), 0);
}

TEST_F(Gathering, WhatWasTwoIsFoundToBeOneAndThatIsTold) {
    auto middle = [&](float share) {
        engines::Voiceprint print{.vector = std::vector<float>(dimension, 0), .voice = 3s, .spread = 1};
        print.vector[0] = 4 * share;
        return print;
    };
    hears(middle(0));
    hears(middle(0.8F));  // 3.2 away
    ASSERT_EQ(number_of(2), 2);
    // The same person, between the two.
    std::size_t told = 0;
    for (float share : {0.4F, 0.4F, 0.4F, 0.4F, 0.4F}) {
        told += hears(middle(share)).size();
    }
    EXPECT_EQ(clusters.speakers(), 1u);
    EXPECT_EQ(number_of(2), 1);
    EXPECT_GT(told, 5u);
}

TEST_F(Gathering, WhatIsLongAgoIsNotRevisedButRemembered) {
    hears(says(0));
    hears(says(1));
    for (int i = 0; i < 30; ++i) {
        for (const auto& change : hears(says(2 + i % 3))) {
            EXPECT_GT(change.line, 2u) << "nothing of the first two has changed";
        }
    }
    hears(says(1));
    hears(says(0));
    EXPECT_EQ(number_of(33), 2);
    EXPECT_EQ(number_of(34), 1);
}

TEST_F(Gathering, ACopyCanBeAskedWhatWouldBe) {
    hears(says(0));
    auto trial = clusters;
    SpeakerClusters::Part part{99, says(4)};
    trial.add({&part, 1});
    EXPECT_EQ(trial.label_of(99)->number, 2);
    EXPECT_EQ(clusters.label_of(99), std::nullopt);
    EXPECT_EQ(clusters.speakers(), 1u);
}

}  // namespace

}  // namespace repartee::hearing
