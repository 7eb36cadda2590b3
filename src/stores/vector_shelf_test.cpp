#include "stores/vector_shelf.h"

#include "stores/index_builder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

namespace repartee::stores {
namespace {

constexpr std::size_t shelf_dimension = 4;

// As who searches does it.
std::shared_ptr<ShelvedVectors> use_shelf(VectorShelf& shelf, const std::string& owner, std::size_t bytes) {
    auto vectors = shelf.take(owner, "test");
    {
        std::unique_lock lock(vectors->mutex);
        if (!vectors->set) {
            vectors->set.emplace(shelf_dimension);
            vectors->as_of = {.revision = 5, .deletions = 1};
        }
    }
    shelf.weigh(owner, "test", bytes);
    return vectors;
}

bool is_on_shelf(VectorShelf& shelf, const std::string& owner) {
    const auto vectors = shelf.take(owner, "test");
    std::shared_lock lock(vectors->mutex);
    return vectors->set.has_value();
}

TEST(VectorShelf, KeepsNoMoreBytesThanItMay) {
    VectorShelf shelf(100);
    use_shelf(shelf, "a", 40);
    use_shelf(shelf, "b", 40);
    use_shelf(shelf, "a", 50);
    EXPECT_EQ(shelf.bytes(), 90U);
    use_shelf(shelf, "c", 40);
    EXPECT_EQ(shelf.bytes(), 90U);
    EXPECT_TRUE(is_on_shelf(shelf, "a"));
    EXPECT_TRUE(is_on_shelf(shelf, "c"));
    EXPECT_FALSE(is_on_shelf(shelf, "b"));
}

TEST(VectorShelf, LetsGoOfWhatAloneIsTooLarge) {
    VectorShelf shelf(100);
    const auto still_in_use = use_shelf(shelf, "a", 1000);
    EXPECT_EQ(shelf.bytes(), 0U);
    EXPECT_TRUE(still_in_use->set);
    EXPECT_FALSE(is_on_shelf(shelf, "a"));
}

TEST(VectorShelf, DropsAllOfAnOwner) {
    VectorShelf shelf(100);
    use_shelf(shelf, "user/1", 10);
    use_shelf(shelf, "user/10", 10);
    shelf.take("user/1", "another");
    shelf.drop("user/1");
    shelf.drop("user/1");
    EXPECT_EQ(shelf.bytes(), 10U);
    EXPECT_FALSE(is_on_shelf(shelf, "user/1"));
    EXPECT_TRUE(is_on_shelf(shelf, "user/10"));
}

TEST(VectorShelf, ADeletionIsDoneHereOnlyWhereNothingElseHasHappened) {
    VectorShelf shelf(1000);
    const auto vectors = use_shelf(shelf, "a", 10);
    const std::vector<float> vector{1, 0, 0, 0};
    vectors->set->put("one", vector);
    vectors->set->put("two", vector);
    shelf.erase("a", "one", {.revision = 6, .deletions = 2});
    EXPECT_EQ(vectors->set->size(), 1U);
    EXPECT_EQ(vectors->as_of, (MemoryRevision{6, 2}));
    shelf.erase("a", "two", {.revision = 8, .deletions = 3});  // revision 7 is somebody else's
    EXPECT_EQ(vectors->set->size(), 1U);
    EXPECT_EQ(vectors->as_of, (MemoryRevision{6, 2}));
    std::shared_lock somebody_searches(vectors->mutex);
    shelf.erase("a", "two", {.revision = 7, .deletions = 3});  // waits for nobody
    EXPECT_EQ(vectors->as_of, (MemoryRevision{6, 2}));
}

TEST(IndexBuilder, BuildsWhatALargeSetWants) {
    constexpr std::size_t most_exact = 200;
    auto vectors = std::make_shared<ShelvedVectors>();
    vectors->set.emplace(shelf_dimension, most_exact);
    for (int number = 0; number < 1000; ++number) {
        const auto angle = static_cast<float>(number) / 1000;
        const std::vector<float> vector{std::cos(angle), std::sin(angle), 0, 0};
        vectors->set->put(std::to_string(number), vector);
    }
    ASSERT_TRUE(vectors->set->wants_index());
    IndexBuilder builder;
    builder.ask_for(vectors);
    builder.ask_for(vectors);
    const auto is_built = [&] {
        std::shared_lock lock(vectors->mutex);
        return !vectors->set->wants_index();
    };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_built() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_TRUE(is_built());
    const std::vector<float> query{1, 0, 0, 0};
    EXPECT_EQ(vectors->set->nearest(query, 1, 0).at(0).id, "0");
}

TEST(IndexBuilder, LeavesAloneWhatWantsNone) {
    auto vectors = std::make_shared<ShelvedVectors>();
    IndexBuilder builder;
    builder.ask_for(vectors);
    vectors->set.emplace(shelf_dimension);
    builder.ask_for(vectors);
    EXPECT_FALSE(vectors->index_is_coming);
}

}  // namespace
}  // namespace repartee::stores
