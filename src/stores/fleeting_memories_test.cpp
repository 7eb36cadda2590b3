#include "stores/fleeting_memories.h"

#include "base/test_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::stores {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FleetingMemoriesTest : public testing::Test {
protected:
    template <class T>
    T run(awaitable<T> coroutine) {
        std::optional<T> result;
        run_to_end(context, keep(std::move(coroutine), &result));
        return std::move(*result);
    }
    void run(awaitable<void> coroutine) { run_to_end(context, std::move(coroutine)); }
    template <class T>
    static awaitable<void> keep(awaitable<T> coroutine, std::optional<T>* result) {
        *result = co_await std::move(coroutine);
    }
    // Turns the hands by so much.
    void let_pass(Duration time) { clock.run_until(context, clock.now() + time); }

    static NewMemory memory(const std::string& id, const std::string& text, Vector vector,
                            std::int64_t at_ms = 1) {
        return {.memory = {.id = id, .text = text, .created_at_ms = at_ms, .updated_at_ms = at_ms},
                .vector = std::move(vector)};
    }
    void add(const Owner& owner, const NewMemory& memory) {
        std::vector<NewMemory> one{memory};
        run(memories.add(owner, "test", one));
    }
    std::vector<std::string> nearest(const Owner& owner, Vector vector,
                                     const std::string& embedder = "test") {
        std::vector<std::string> ids;
        for (const auto& found : run(memories.search(owner, embedder, std::move(vector), 10, 0.5))) {
            ids.push_back(found.memory.id);
        }
        return ids;
    }
    std::vector<std::string> listed(const Owner& owner, const std::string& query = "") {
        std::vector<std::string> ids;
        for (const auto& memory : run(memories.list(owner, query, 100, 0, ""))) {
            ids.push_back(memory.id);
        }
        return ids;
    }

    asio::io_context context;
    VirtualClock clock;
    FleetingMemories memories{clock, {.most = 3, .most_bytes = 1'000'000, .lifetime = 1h}};
    const Owner guest = Owner::session("guest");
    const Owner other = Owner::session("other");
};

TEST_F(FleetingMemoriesTest, FindsWhatIsNear) {
    add(guest, memory("cat", "My cat is called Ink.", {1, 0}));
    add(guest, memory("kitten", "Ink has kittens.", {0.8F, 0.6F}));
    add(guest, memory("tea", "I like tea.", {0, 1}));
    add(guest, memory("cat", "Repeated.", {0, 1}));
    EXPECT_THAT(nearest(guest, {1, 0}), ElementsAre("cat", "kitten"));
    EXPECT_NEAR(run(memories.search(guest, "test", {1, 0}, 1, 0.5)).at(0).score, 1, 1e-6);
    EXPECT_THAT(nearest(guest, {1, 0}, "another"), IsEmpty());
    EXPECT_THAT(nearest(guest, {1, 0, 0}), IsEmpty());
    EXPECT_EQ(run(memories.count(guest)), 3U);
}

TEST_F(FleetingMemoriesTest, IsCorrectedAndForgotten) {
    add(guest, memory("cat", "My cat is called Ink.", {1, 0}));
    add(guest, memory("tea", "I like tea.", {0, 1}));
    EXPECT_TRUE(run(memories.correct(guest, "test", memory("cat", "My cat is called Blot.", {0, 1}, 7))));
    EXPECT_FALSE(run(memories.correct(guest, "test", memory("dog", "None.", {0, 1}))));
    const auto found = run(memories.find(guest, "cat"));
    EXPECT_EQ(found->text, "My cat is called Blot.");
    EXPECT_EQ(found->created_at_ms, 1);
    EXPECT_EQ(found->updated_at_ms, 7);
    EXPECT_THAT(nearest(guest, {1, 0}), IsEmpty());
    EXPECT_TRUE(run(memories.forget(guest, "tea")));
    EXPECT_FALSE(run(memories.forget(guest, "tea")));
    EXPECT_THAT(listed(guest), ElementsAre("cat"));
    run(memories.forget_all(guest));
    EXPECT_EQ(run(memories.count(guest)), 0U);
    EXPECT_FALSE(run(memories.find(guest, "cat")));
}

TEST_F(FleetingMemoriesTest, AreListedTheLatestFirst) {
    add(guest, memory("1", "Number one", {1, 0}, 1));
    add(guest, memory("3", "ÉCOLE three", {1, 0}, 2));
    add(guest, memory("2", "Number two", {1, 0}, 2));
    EXPECT_THAT(listed(guest), ElementsAre("3", "2", "1"));
    EXPECT_THAT(listed(guest, "NUMBER"), ElementsAre("2", "1"));
    EXPECT_THAT(listed(guest, "école Three"), ElementsAre("3"));
    EXPECT_THAT(listed(guest, "number three"), IsEmpty());
    const auto page = run(memories.list(guest, "", 1, 2, "3"));
    ASSERT_EQ(page.size(), 1U);
    EXPECT_EQ(page[0].id, "2");
}

TEST_F(FleetingMemoriesTest, AreGoneAnHourAfterTheirLastUse) {
    add(guest, memory("cat", "My cat is called Ink.", {1, 0}));
    let_pass(59min);
    EXPECT_THAT(nearest(guest, {1, 0}), ElementsAre("cat"));
    let_pass(59min);
    EXPECT_EQ(run(memories.count(guest)), 1U);
    let_pass(1min);
    EXPECT_EQ(run(memories.count(guest)), 0U);
    EXPECT_THAT(nearest(guest, {1, 0}), IsEmpty());
}

TEST_F(FleetingMemoriesTest, AreTheirOwners) {
    add(guest, memory("cat", "My cat is called Ink.", {1, 0}));
    EXPECT_THAT(nearest(other, {1, 0}), IsEmpty());
    EXPECT_THAT(listed(other), IsEmpty());
    EXPECT_FALSE(run(memories.find(other, "cat")));
    EXPECT_FALSE(run(memories.forget(other, "cat")));
    EXPECT_FALSE(run(memories.correct(other, "test", memory("cat", "Stolen.", {1, 0}))));
    run(memories.forget_all(other));
    EXPECT_THAT(nearest(guest, {1, 0}), ElementsAre("cat"));
}

TEST_F(FleetingMemoriesTest, AreFew) {
    std::vector<NewMemory> many;
    for (int number = 0; number < 250; ++number) {
        many.push_back(memory(std::to_string(number), "text", {1, 0}));
    }
    run(memories.add(guest, "test", many));
    EXPECT_EQ(run(memories.count(guest)), FleetingMemories::most_of_one);
    EXPECT_FALSE(run(memories.find(guest, "49")));
    EXPECT_TRUE(run(memories.find(guest, "50")));
    for (int number = 0; number < 3; ++number) {
        add(Owner::session(std::to_string(number)), memory("one", "text", {1, 0}));
    }
    EXPECT_EQ(run(memories.count(guest)), 0U);
    add(other, memory("huge", std::string(2'000'000, 'x'), {1, 0}));
    EXPECT_EQ(run(memories.count(other)), 0U);
}

TEST_F(FleetingMemoriesTest, AreEmbeddedAnew) {
    add(guest, memory("cat", "My cat is called Ink.", {1, 0}));
    add(other, memory("tea", "I like tea.", {1, 0}));
    EXPECT_EQ(run(memories.outdated("next", 1)).size(), 1U);
    const auto outdated = run(memories.outdated("next", 10));
    ASSERT_EQ(outdated.size(), 2U);
    EXPECT_EQ(outdated[0].owner, guest);
    EXPECT_EQ(outdated[0].text, "My cat is called Ink.");
    run(memories.replace_vector(guest, "cat", "Another text.", "next", {0, 1}));
    run(memories.replace_vector(other, "tea", "I like tea.", "next", {0, 1}));
    EXPECT_EQ(run(memories.outdated("next", 10)).size(), 1U);
    EXPECT_THAT(nearest(other, {0, 1}, "next"), ElementsAre("tea"));
}

}  // namespace
}  // namespace repartee::stores
