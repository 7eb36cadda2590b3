#include "stores/vector_set.h"

#include "stores/inner_product.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace repartee::stores {

namespace {

constexpr std::size_t dimension = 24;

using TestVector = std::vector<float>;

TestVector unit(TestVector vector) {
    float length = 0;
    for (auto value : vector) {
        length += value * value;
    }
    for (auto& value : vector) {
        value /= std::sqrt(length);
    }
    return vector;
}

// Texts are about something: so vectors lie in heaps.
class Heaps {
public:
    explicit Heaps(unsigned seed, std::size_t of_vectors = dimension)
        : random_(seed), dimension_(of_vectors) {
        for (int i = 0; i < 40; ++i) {
            centres_.push_back(anywhere(1));
        }
    }
    TestVector next() {
        auto vector = centres_[random_() % centres_.size()];
        auto noise = anywhere(0.5F);
        for (std::size_t i = 0; i < vector.size(); ++i) {
            vector[i] += noise[i];
        }
        return unit(vector);
    }

private:
    TestVector anywhere(float width) {
        TestVector vector(dimension_);
        for (auto& value : vector) {
            value = width * normal_(random_);
        }
        return vector;
    }
    std::mt19937 random_;
    std::normal_distribution<float> normal_;
    std::size_t dimension_;
    std::vector<TestVector> centres_;
};

TestVector axis(std::size_t at, float length = 1, std::size_t other = 0, float other_length = 0) {
    TestVector vector(dimension);
    vector[other] = other_length;
    vector[at] = length;
    return vector;
}

std::vector<std::string> ids_of(const std::vector<VectorSet::Hit>& hits) {
    std::vector<std::string> ids;
    for (const auto& hit : hits) {
        ids.push_back(hit.id);
    }
    return ids;
}

// The same, as slow as it is simple.
struct PlainSet {
    std::map<std::string, TestVector> vectors;
    std::vector<std::string> nearest(const TestVector& query, std::size_t limit) const {
        std::vector<std::pair<double, std::string>> scored;
        for (const auto& [id, vector] : vectors) {
            double score = 0;
            for (std::size_t i = 0; i < vector.size(); ++i) {
                score += static_cast<double>(vector[i]) * query[i];
            }
            scored.emplace_back(-score, id);
        }
        std::ranges::sort(scored);
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < std::min(limit, scored.size()); ++i) {
            ids.push_back(scored[i].second);
        }
        return ids;
    }
};

double share_found(const std::vector<std::string>& found, const std::vector<std::string>& right) {
    std::set<std::string> all(found.begin(), found.end());
    auto count = std::ranges::count_if(right, [&](const std::string& id) { return all.contains(id); });
    return static_cast<double>(count) / static_cast<double>(right.size());
}

// Until there is nothing left to be done for the index; how often it had to be done.
int index_all(VectorSet& set) {
    int times = 0;
    while (set.wants_index() && times < 20) {
        auto work = set.index_work();
        work.run({});
        EXPECT_TRUE(set.adopt(std::move(work)));
        ++times;
    }
    return times;
}

TEST(InnerProducts, AreRightForEveryDimension) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    for (std::size_t size : {1, 2, 7, 8, 9, 16, 31, 384, 385}) {
        std::vector<float> query(size), rows(5 * size), scores(5);
        std::ranges::generate(query, [&] { return normal(random); });
        std::ranges::generate(rows, [&] { return normal(random); });
        inner_products(query.data(), rows.data(), 5, size, scores.data());
        for (std::size_t row = 0; row < 5; ++row) {
            double right = 0;
            for (std::size_t i = 0; i < size; ++i) {
                right += static_cast<double>(query[i]) * rows[row * size + i];
            }
            EXPECT_NEAR(scores[row], right, 1e-4) << size;
        }
    }
}

TEST(NearestCentres, AreTheRightOnesForEveryCount) {
    Heaps heaps(3);
    for (std::size_t count : {1, 3, 4, 33, 70}) {
        for (std::size_t centre_count : {1, 2, 5, 8}) {
            std::vector<float> vectors, centres;
            for (std::size_t i = 0; i < count; ++i) {
                auto vector = heaps.next();
                vectors.insert(vectors.end(), vector.begin(), vector.end());
            }
            for (std::size_t i = 0; i < centre_count; ++i) {
                auto vector = heaps.next();
                centres.insert(centres.end(), vector.begin(), vector.end());
            }
            std::vector<std::int64_t> nearest(count);
            std::vector<float> scores(count), all(centre_count);
            nearest_centres(vectors.data(), count, centres.data(), centre_count, dimension, nearest.data(),
                            scores.data());
            for (std::size_t i = 0; i < count; ++i) {
                inner_products(vectors.data() + i * dimension, centres.data(), centre_count, dimension,
                               all.data());
                EXPECT_NEAR(scores[i], *std::ranges::max_element(all), 1e-5);
                EXPECT_NEAR(all[static_cast<std::size_t>(nearest[i])], scores[i], 1e-5);
            }
        }
    }
}

TEST(VectorSet, FindsNothingInNothing) {
    VectorSet set(dimension);
    EXPECT_TRUE(set.nearest(axis(0), 5, -1).empty());
    set.put("a", axis(0));
    EXPECT_TRUE(set.nearest(axis(0), 0, -1).empty());
    set.erase("a");
    set.erase("never there");
    EXPECT_TRUE(set.nearest(axis(0), 5, -1).empty());
    EXPECT_EQ(set.size(), 0U);
}

TEST(VectorSet, PutsTheBestFirstAndNoneBelowTheLeast) {
    VectorSet set(dimension);
    set.put("near", axis(0, 0.8F, 1, 0.6F));
    set.put("same", axis(0));
    set.put("far", axis(2));
    set.put("opposite", axis(0, -1));
    auto hits = set.nearest(axis(0), 10, 0.5F);
    EXPECT_EQ(ids_of(hits), (std::vector<std::string>{"same", "near"}));
    EXPECT_FLOAT_EQ(hits[0].score, 1);
    EXPECT_FLOAT_EQ(hits[1].score, 0.8F);
    EXPECT_EQ(set.nearest(axis(0), 10, -1).size(), 4U);
    EXPECT_EQ(ids_of(set.nearest(axis(0), 1, -1)), std::vector<std::string>{"same"});
}

TEST(VectorSet, OrdersEqualScoresByTheirIds) {
    VectorSet set(dimension);
    for (auto id : {"c", "a", "e", "b", "d"}) {
        set.put(id, axis(3));
    }
    EXPECT_EQ(ids_of(set.nearest(axis(3), 3, 0)), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(VectorSet, PutsOneInThePlaceOfAnother) {
    VectorSet set(dimension);
    set.put("a", axis(0));
    set.put("a", axis(1));
    EXPECT_EQ(set.size(), 1U);
    EXPECT_TRUE(set.nearest(axis(0), 5, 0.5F).empty());
    EXPECT_EQ(ids_of(set.nearest(axis(1), 5, 0.5F)), std::vector<std::string>{"a"});
}

TEST(VectorSet, PassesOverAnotherDimension) {
    VectorSet set(dimension);
    set.put("a", TestVector(dimension + 1, 0.1F));
    EXPECT_EQ(set.size(), 0U);
    set.put("a", axis(0));
    EXPECT_TRUE(set.nearest(TestVector(dimension - 1, 0.1F), 5, -1).empty());
}

TEST(VectorSet, GivesBackWhatIsErased) {
    VectorSet set(dimension);
    Heaps heaps(5);
    for (int i = 0; i < 5000; ++i) {
        set.put(std::to_string(i), heaps.next());
    }
    auto full = set.bytes();
    for (int i = 0; i < 4900; ++i) {
        set.erase(std::to_string(i));
    }
    EXPECT_EQ(set.size(), 100U);
    EXPECT_LT(set.bytes(), full / 8);
    EXPECT_EQ(set.nearest(heaps.next(), 1000, -1).size(), 100U);
}

TEST(VectorSet, DoesNotGrowWhereOneIsReplacedForEver) {
    VectorSet set(dimension);
    Heaps heaps(5);
    for (int i = 0; i < 20'000; ++i) {
        set.put(std::to_string(i % 10), heaps.next());
    }
    EXPECT_EQ(set.size(), 10U);
    EXPECT_LT(set.bytes(), 64U * 1024);
}

TEST(VectorSet, FindsWhatAPlainSearchFindsWhateverWasDone) {
    VectorSet set(dimension);
    PlainSet plain;
    Heaps heaps(11);
    std::mt19937 random(11);
    for (int step = 0; step < 3000; ++step) {
        auto id = std::to_string(random() % 400);
        if (random() % 4 == 0) {
            set.erase(id);
            plain.vectors.erase(id);
        } else {
            auto vector = heaps.next();
            set.put(id, vector);
            plain.vectors[id] = vector;
        }
        if (step % 50 == 0) {
            auto query = heaps.next();
            EXPECT_EQ(ids_of(set.nearest(query, 8, -1)), plain.nearest(query, 8));
        }
    }
    EXPECT_EQ(set.size(), plain.vectors.size());
}

class IndexedSet : public testing::Test {
protected:
    static constexpr std::size_t most_exact = 1000;

    void put(int id) {
        auto vector = heaps.next();
        set.put(std::to_string(id), vector);
        plain.vectors[std::to_string(id)] = vector;
    }
    void erase(int id) {
        set.erase(std::to_string(id));
        plain.vectors.erase(std::to_string(id));
    }
    double recall() {
        double sum = 0;
        for (int i = 0; i < 40; ++i) {
            auto query = heaps.next();
            auto hits = set.nearest(query, 10, -1);
            EXPECT_TRUE(std::ranges::is_sorted(hits, std::greater(), &VectorSet::Hit::score));
            EXPECT_EQ(hits.size(), std::min<std::size_t>(10, plain.vectors.size()));
            for (const auto& hit : hits) {
                EXPECT_TRUE(plain.vectors.contains(hit.id)) << "found what is not there any more";
            }
            sum += share_found(ids_of(hits), plain.nearest(query, 10));
        }
        return sum / 40;
    }

    Heaps heaps{17};
    PlainSet plain;
    VectorSet set{dimension, most_exact};
};

TEST_F(IndexedSet, WantsAnIndexOnceThereAreMany) {
    for (int i = 0; i < 1000; ++i) {
        put(i);
    }
    EXPECT_FALSE(set.wants_index());
    put(1000);
    EXPECT_TRUE(set.wants_index());
    EXPECT_EQ(recall(), 1.0);
    EXPECT_EQ(index_all(set), 1);
    EXPECT_GE(recall(), 0.95);
    EXPECT_EQ(set.size(), 1001U);
}

TEST_F(IndexedSet, FindsWhatCameSinceAndNotWhatIsGone) {
    for (int i = 0; i < 3000; ++i) {
        put(i);
    }
    index_all(set);
    auto added = axis(0);
    set.put("added", added);
    plain.vectors["added"] = added;
    EXPECT_EQ(set.nearest(added, 1, 0).at(0).id, "added");
    auto replaced = axis(1);
    set.put("5", replaced);
    plain.vectors["5"] = replaced;
    EXPECT_EQ(set.nearest(replaced, 1, 0).at(0).id, "5");
    auto gone = plain.vectors.at("7");
    erase(7);
    EXPECT_NE(set.nearest(gone, 1, 0).at(0).id, "7");
    EXPECT_GE(recall(), 0.95);
}

TEST_F(IndexedSet, TakesInWhatCameSinceAndLearnsAnewWhenMuchIsStale) {
    for (int i = 0; i < 3000; ++i) {
        put(i);
    }
    EXPECT_EQ(index_all(set), 1);
    for (int i = 3000; i < 3251; ++i) {
        put(i);
    }
    EXPECT_EQ(index_all(set), 1);
    EXPECT_GE(recall(), 0.95);
    for (int i = 0; i < 1200; ++i) {
        erase(2 * i);
    }
    EXPECT_EQ(index_all(set), 1);
    EXPECT_GE(recall(), 0.95);
    for (int i = 4000; i < 14'000; ++i) {
        put(i);
    }
    EXPECT_GE(index_all(set), 1);
    EXPECT_FALSE(set.wants_index());
    EXPECT_GE(recall(), 0.95);
}

TEST_F(IndexedSet, NeedsNoIndexAnyMoreWhenFewAreLeft) {
    for (int i = 0; i < 3000; ++i) {
        put(i);
    }
    index_all(set);
    for (int i = 0; i < 2500; ++i) {
        erase(i);
    }
    EXPECT_TRUE(set.wants_index());
    put(5000);
    index_all(set);
    EXPECT_FALSE(set.wants_index());
    EXPECT_EQ(recall(), 1.0);
    EXPECT_LT(set.bytes(), 1000 * (dimension * sizeof(float) + 200));
}

TEST_F(IndexedSet, MayChangeWhileWorkIsUnderWay) {
    for (int i = 0; i < 3000; ++i) {
        put(i);
    }
    for (int round = 0; round < 6; ++round) {
        auto work = set.index_work();
        for (int i = 0; i < 300; ++i) {
            put(3000 + 300 * round + i);
            erase(400 * round + i);
            put(2999 - i);  // another in its place
        }
        work.run({});
        EXPECT_TRUE(set.adopt(std::move(work)));
        EXPECT_GE(recall(), 0.95);
    }
    EXPECT_EQ(set.size(), plain.vectors.size());
}

TEST_F(IndexedSet, IsSearchedAndChangedBesideTheWork) {
    for (int i = 0; i < 4000; ++i) {
        put(i);
    }
    auto work = set.index_work();
    std::jthread worker([&](const std::stop_token& stop) { work.run(stop); });
    for (int i = 0; i < 500; ++i) {
        put(4000 + i);
        erase(i);
    }
    EXPECT_EQ(recall(), 1.0);
    worker.join();
    EXPECT_TRUE(set.adopt(std::move(work)));
    EXPECT_GE(recall(), 0.95);
}

TEST_F(IndexedSet, TakesNoWorkThatIsOvertaken) {
    for (int i = 0; i < 2000; ++i) {
        put(i);
    }
    auto work = set.index_work();
    work.run({});
    for (int i = 0; i < 1500; ++i) {
        erase(i);
    }
    EXPECT_FALSE(set.adopt(std::move(work)));
    EXPECT_EQ(recall(), 1.0);
}

TEST_F(IndexedSet, HasNothingToAdoptFromWorkThatWasStopped) {
    for (int i = 0; i < 2000; ++i) {
        put(i);
    }
    std::stop_source stop;
    stop.request_stop();
    auto work = set.index_work();
    work.run(stop.get_token());
    EXPECT_FALSE(set.adopt(std::move(work)));
    EXPECT_TRUE(set.wants_index());
    EXPECT_EQ(recall(), 1.0);
}

}  // namespace

}  // namespace repartee::stores
