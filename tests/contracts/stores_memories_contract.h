// What every database must do for memories: stores/memories.h as tests. See stores_house.h.
#pragma once

#include "stores_house.h"

#include <gmock/gmock.h>

#include <cmath>

namespace repartee::stores {

class MemoriesContract : public DatabaseTrial {
protected:
    Memories& memories() { return database->memories(); }

    static Vector unit(Vector vector) {
        double square = 0;
        for (float component : vector) {
            square += static_cast<double>(component) * component;
        }
        for (float& component : vector) {
            component = static_cast<float>(component / std::sqrt(square));
        }
        return vector;
    }
    static NewMemory memory(const std::string& id, const std::string& text, Vector vector,
                            std::int64_t at_ms = noon_ms) {
        return {.memory = {.id = id,
                           .text = text,
                           .category = "personal",
                           .source = "learned",
                           .created_at_ms = at_ms,
                           .updated_at_ms = at_ms},
                .vector = unit(std::move(vector))};
    }
    void add(const Owner& owner, const NewMemory& memory) {
        std::vector<NewMemory> alone{memory};
        run(memories().add(owner, "test", alone));
    }
    std::vector<std::string> nearest(const Owner& owner, Vector vector, std::size_t limit = 10,
                                     double least = -1, const std::string& embedder = "test") {
        std::vector<std::string> ids;
        for (const auto& found :
             run(memories().search(owner, embedder, unit(std::move(vector)), limit, least))) {
            ids.push_back(found.memory.id);
        }
        return ids;
    }
    std::vector<std::string> listed(const Owner& owner, const std::string& query = "") {
        std::vector<std::string> ids;
        for (const auto& memory : run(memories().list(owner, query, 100, 0, ""))) {
            ids.push_back(memory.id);
        }
        return ids;
    }

    static awaitable<void> search_into(Memories& memories, Owner owner, std::vector<FoundMemory>* found) {
        Vector vector{1, 0};
        *found = co_await memories.search(std::move(owner), "test", std::move(vector), 100, -1);
    }

    const Owner ink = Owner::user(add_user("ink@example.com").id);
    const Owner other = Owner::user(add_user("other@example.com").id);
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(MemoriesContract, WhatIsNearIsFoundWithItsScore) {
    std::vector<NewMemory> some{memory("cat", "My cat is called Ink.", {1, 0, 0}),
                                memory("tea", "I like tea.", {0, 1, 0}),
                                memory("kitten", "Ink has kittens.", {1, 1, 0})};
    run(memories().add(ink, "test", some));
    const auto found = run(memories().search(ink, "test", unit({1, 0, 0}), 10, 0.5));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].memory.id, "cat");
    EXPECT_EQ(found[0].memory.text, "My cat is called Ink.");
    EXPECT_EQ(found[0].memory.category, "personal");
    EXPECT_EQ(found[0].memory.source, "learned");
    EXPECT_EQ(found[0].memory.created_at_ms, noon_ms);
    EXPECT_EQ(found[0].memory.updated_at_ms, noon_ms);
    EXPECT_NEAR(found[0].score, 1.0, 1e-5);
    EXPECT_EQ(found[1].memory.id, "kitten");
    EXPECT_NEAR(found[1].score, std::sqrt(0.5), 1e-5);
    EXPECT_THAT(nearest(ink, {1, 0.1F, 0}, 1), ElementsAre("cat"));
    EXPECT_THAT(nearest(ink, {1, 0, 0}, 0), IsEmpty());
    EXPECT_THAT(nearest(ink, {-1, -1, 0}, 10, 0.0), IsEmpty());
    EXPECT_EQ(run(memories().count(ink)), 3U);
}

TEST_P(MemoriesContract, OfManyTheNearestAreFound) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::vector<NewMemory> many;
    for (int number = 0; number < 3000; ++number) {
        Vector vector(16);
        std::ranges::generate(vector, [&] { return normal(random); });
        many.push_back(memory(std::to_string(number), "text", vector));
    }
    run(memories().add(ink, "test", many));
    for (const auto& sought : {many[0], many[1234], many[2999]}) {
        const auto found = run(memories().search(ink, "test", sought.vector, 20, -1));
        ASSERT_EQ(found.size(), 20U);
        EXPECT_EQ(found[0].memory.id, sought.memory.id);
        EXPECT_TRUE(std::ranges::is_sorted(found, std::greater(), &FoundMemory::score));
    }
    EXPECT_EQ(run(memories().count(ink)), many.size());
}

TEST_P(MemoriesContract, AMemoryThatIsAddedAgainIsThereOnce) {
    for (int time = 0; time < 3; ++time) {
        add(ink, memory("cat", "My cat is called Ink.", {1, 0}));
    }
    add(ink, memory("cat", "Something else.", {0, 1}));
    EXPECT_EQ(run(memories().count(ink)), 1U);
    EXPECT_EQ(run(memories().find(ink, "cat"))->text, "My cat is called Ink.");
    EXPECT_THAT(nearest(ink, {1, 0}, 10, 0.5), ElementsAre("cat"));
}

TEST_P(MemoriesContract, AllAreAddedOrNone) {
    std::vector<NewMemory> some{memory("good", "Good.", {1, 0}), memory("bad", "caf\xC3", {0, 1})};
    EXPECT_EQ(house.failure_of(memories().add(ink, "test", some)), ErrorKind::Unprocessable);
    EXPECT_EQ(run(memories().count(ink)), 0U);
    EXPECT_THAT(nearest(ink, {1, 0}), IsEmpty());
    run(memories().add(ink, "test", {}));
}

TEST_P(MemoriesContract, WhatIsAddedLaterIsFoundToo) {
    EXPECT_THAT(nearest(ink, {1, 0}), IsEmpty());
    add(ink, memory("one", "One.", {1, 0}));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("one"));
    add(ink, memory("two", "Two.", {1, 0.1F}));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("one", "two"));
}

TEST_P(MemoriesContract, AnotherTextTakesThePlaceOfOne) {
    add(ink, memory("cat", "My cat is called Ink.", {1, 0}));
    EXPECT_THAT(nearest(ink, {1, 0}, 10, 0.5), ElementsAre("cat"));
    auto corrected = memory("cat", "My cat is called Blot.", {0, 1}, noon_ms + 5);
    corrected.memory.category = "pets";
    corrected.memory.source = "told";
    for (int time = 0; time < 2; ++time) {
        EXPECT_TRUE(run(memories().correct(ink, "test", corrected)));
    }
    EXPECT_THAT(nearest(ink, {1, 0}, 10, 0.5), IsEmpty());
    EXPECT_THAT(nearest(ink, {0, 1}, 10, 0.5), ElementsAre("cat"));
    const auto found = run(memories().find(ink, "cat"));
    EXPECT_EQ(found->text, "My cat is called Blot.");
    EXPECT_EQ(found->category, "pets");
    EXPECT_EQ(found->source, "told");
    EXPECT_EQ(found->created_at_ms, noon_ms);
    EXPECT_EQ(found->updated_at_ms, noon_ms + 5);
    EXPECT_FALSE(run(memories().correct(ink, "test", memory("dog", "None.", {1, 0}))));
    EXPECT_EQ(run(memories().count(ink)), 1U);
}

TEST_P(MemoriesContract, WhatIsForgottenIsNotFound) {
    add(ink, memory("one", "One.", {1, 0}));
    add(ink, memory("two", "Two.", {1, 0.1F}));
    add(ink, memory("three", "Three.", {1, 0.2F}));
    EXPECT_EQ(nearest(ink, {1, 0}).size(), 3U);
    EXPECT_TRUE(run(memories().forget(ink, "two")));
    EXPECT_FALSE(run(memories().forget(ink, "two")));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("one", "three"));
    EXPECT_FALSE(run(memories().find(ink, "two")));
    add(ink, memory("two", "Two again.", {1, 0.1F}));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("one", "two", "three"));
    add(other, memory("theirs", "Theirs.", {1, 0}));
    run(memories().forget_all(ink));
    run(memories().forget_all(ink));
    EXPECT_THAT(nearest(ink, {1, 0}), IsEmpty());
    EXPECT_THAT(listed(ink), IsEmpty());
    EXPECT_EQ(run(memories().count(ink)), 0U);
    EXPECT_THAT(nearest(other, {1, 0}), ElementsAre("theirs"));
    add(ink, memory("new", "New.", {1, 0}));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("new"));
}

TEST_P(MemoriesContract, TheHistoryKnowsWhetherThereAreAny) {
    const auto any_of = [&](const Owner& owner) {
        return run(database->history().standing(*owner.user_id(), "session")).has_memories;
    };
    EXPECT_FALSE(any_of(ink));
    add(ink, memory("a", "one", {1, 0}));
    EXPECT_TRUE(any_of(ink));
    EXPECT_FALSE(any_of(other));
    run(memories().forget(ink, "a"));
    EXPECT_FALSE(any_of(ink));
}

TEST_P(MemoriesContract, WhatAnotherServerWritesIsFoundHere) {
    auto second_server = trial->open(house.surroundings());
    auto& there = second_server->memories();
    std::vector<NewMemory> some{memory("one", "One.", {1, 0}), memory("two", "Two.", {1, 0.1F})};
    run(there.add(ink, "test", some));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("one", "two"));
    run(there.forget(ink, "one"));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("two"));
    run(memories().forget(ink, "two"));
    add(ink, memory("three", "Three.", {1, 0}));
    const auto found = run(there.search(ink, "test", unit({1, 0}), 10, -1));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].memory.id, "three");
    run(there.correct(ink, "test", memory("three", "Corrected.", {0, 1})));
    EXPECT_THAT(nearest(ink, {0, 1}, 10, 0.9), ElementsAre("three"));
    run(there.forget_all(ink));
    EXPECT_THAT(nearest(ink, {0, 1}), IsEmpty());
}

TEST_P(MemoriesContract, TheLatestAreTheFirstOfTheList) {
    for (int number = 0; number < 5; ++number) {
        add(ink,
            memory(std::to_string(number), "Number " + std::to_string(number), {1, 0}, noon_ms + number / 2));
    }
    EXPECT_THAT(listed(ink), ElementsAre("4", "3", "2", "1", "0"));
    std::vector<std::string> paged;
    std::int64_t before_ms = 0;
    std::string before_id;
    for (;;) {
        const auto page = run(memories().list(ink, "", 2, before_ms, before_id));
        if (page.empty()) {
            break;
        }
        for (const auto& memory : page) {
            paged.push_back(memory.id);
        }
        before_ms = page.back().updated_at_ms;
        before_id = page.back().id;
    }
    EXPECT_EQ(paged, listed(ink));
    EXPECT_THAT(listed(ink, "NUMBER 3"), ElementsAre("3"));
    EXPECT_THAT(listed(ink, "number %"), IsEmpty());
    EXPECT_THAT(listed(other), IsEmpty());
}

TEST_P(MemoriesContract, VectorsOfTwoEmbeddersAreNeverCompared) {
    add(ink, memory("old", "Old.", {1, 0}));
    EXPECT_THAT(nearest(ink, {1, 0}, 10, -1, "next"), IsEmpty());
    EXPECT_THAT(nearest(ink, {1, 0, 0}, 10, -1, "next"), IsEmpty());
    std::vector<NewMemory> more{memory("new", "New.", {1, 0, 0})};
    run(memories().add(ink, "next", more));
    EXPECT_THAT(nearest(ink, {1, 0, 0}, 10, -1, "next"), ElementsAre("new"));
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("old"));

    auto outdated = run(memories().outdated("next", 10));
    ASSERT_EQ(outdated.size(), 1U);
    EXPECT_EQ(outdated[0].owner, ink);
    EXPECT_EQ(outdated[0].id, "old");
    EXPECT_EQ(outdated[0].text, "Old.");
    for (int time = 0; time < 2; ++time) {
        run(memories().replace_vector(ink, "old", "Old.", "next", unit({1, 0.1F, 0})));
    }
    EXPECT_TRUE(run(memories().outdated("next", 10)).empty());
    EXPECT_THAT(nearest(ink, {1, 0, 0}, 10, -1, "next"), ElementsAre("new", "old"));
    EXPECT_THAT(nearest(ink, {1, 0}), IsEmpty());
    EXPECT_EQ(run(memories().find(ink, "old"))->text, "Old.");
    EXPECT_EQ(run(memories().find(ink, "old"))->updated_at_ms, noon_ms);
}

TEST_P(MemoriesContract, AVectorOfATextThatHasChangedIsNotTaken) {
    add(ink, memory("one", "Before.", {1, 0}));
    run(memories().correct(ink, "test", memory("one", "After.", {0, 1})));
    run(memories().replace_vector(ink, "one", "Before.", "next", unit({1, 0})));
    run(memories().replace_vector(ink, "none", "Before.", "next", unit({1, 0})));
    run(memories().replace_vector(other, "one", "After.", "next", unit({1, 0})));
    EXPECT_THAT(nearest(ink, {0, 1}, 10, 0.5), ElementsAre("one"));
    EXPECT_EQ(run(memories().outdated("next", 10)).size(), 1U);
    EXPECT_EQ(run(memories().outdated("next", 0)).size(), 0U);
}

TEST_P(MemoriesContract, WhatIsSomebodyElsesIsNotThere) {
    add(ink, memory("cat", "My cat is called Ink.", {1, 0}));
    EXPECT_THAT(nearest(other, {1, 0}), IsEmpty());
    EXPECT_THAT(listed(other, "cat"), IsEmpty());
    EXPECT_FALSE(run(memories().find(other, "cat")));
    EXPECT_FALSE(run(memories().forget(other, "cat")));
    EXPECT_FALSE(run(memories().correct(other, "test", memory("cat", "Stolen.", {1, 0}))));
    run(memories().replace_vector(other, "cat", "My cat is called Ink.", "stolen", unit({0, 1})));
    run(memories().forget_all(other));
    add(other, memory("cat", "Another cat.", {0, 1}));  // the same id is another memory
    EXPECT_EQ(run(memories().count(other)), 1U);
    EXPECT_THAT(nearest(ink, {1, 0}, 10, 0.5), ElementsAre("cat"));
    EXPECT_EQ(run(memories().find(ink, "cat"))->text, "My cat is called Ink.");
    EXPECT_EQ(run(memories().find(other, "cat"))->text, "Another cat.");
    EXPECT_THAT(nearest(Owner::session("user/1"), {1, 0}), IsEmpty());
    EXPECT_THAT(nearest(Owner::user(77), {1, 0}), IsEmpty());
}

TEST_P(MemoriesContract, ManyWhoWriteAndSearchAtOnceFindTheirOwn) {
    auto second_server = trial->open(house.surroundings());
    constexpr int writers = 60;
    std::vector<awaitable<void>> work;
    std::vector<std::vector<FoundMemory>> found(writers);
    for (int number = 0; number < writers; ++number) {
        const auto& owner = number % 2 == 0 ? ink : other;
        auto& through = number % 3 == 0 ? second_server->memories() : memories();
        std::vector<NewMemory> one{memory(owner.key() + " " + std::to_string(number), "text", {1, 0})};
        work.push_back(through.add(owner, "test", one));
        work.push_back(search_into(memories(), owner, &found[static_cast<std::size_t>(number)]));
    }
    for (const auto& result : run_all(std::move(work))) {
        ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
    }
    for (int number = 0; number < writers; ++number) {
        for (const auto& hit : found[static_cast<std::size_t>(number)]) {
            EXPECT_TRUE(hit.memory.id.starts_with((number % 2 == 0 ? ink : other).key())) << hit.memory.id;
        }
    }
    EXPECT_EQ(nearest(ink, {1, 0}, 100).size(), std::size_t{writers / 2});
    EXPECT_EQ(nearest(other, {1, 0}, 100).size(), std::size_t{writers / 2});
}

TEST_P(MemoriesContract, ItIsAllThereAfterARestart) {
    add(ink, memory("cat", "My cat is called Ink.", {1, 0}));
    open_anew();
    EXPECT_THAT(nearest(ink, {1, 0}), ElementsAre("cat"));
}

TEST_P(MemoriesContract, TakesEveryTextByTheLetter) {
    for (const auto& text : hostile_texts()) {
        std::vector<NewMemory> one{memory("id " + text, text, {1, 0})};
        one[0].memory.category = text;
        run(memories().add(ink, text, one));
        EXPECT_EQ(run(memories().find(ink, "id " + text))->text, text);
        EXPECT_EQ(run(memories().find(ink, "id " + text))->category, text);
        EXPECT_THAT(nearest(ink, {1, 0}, 10, -1, text), ElementsAre("id " + text));
        listed(ink, text);
    }
    EXPECT_EQ(run(memories().count(ink)), hostile_texts().size());
}

TEST_P(MemoriesContract, AnOwnerNeedNotBeAUser) {
    const auto guest = Owner::session("guest");
    add(guest, memory("cat", "My cat is called Ink.", {1, 0}));
    EXPECT_THAT(nearest(guest, {1, 0}), ElementsAre("cat"));
    const auto outdated = run(memories().outdated("next", 10));
    ASSERT_EQ(outdated.size(), 1U);
    EXPECT_EQ(outdated[0].owner, guest);
    EXPECT_TRUE(run(memories().forget(guest, "cat")));
    EXPECT_THAT(nearest(guest, {1, 0}), IsEmpty());
}

TEST_P(MemoriesContract, WhoIsGoneRemembersNothing) {
    std::vector<NewMemory> one{memory("cat", "My cat is called Ink.", {1, 0})};
    EXPECT_EQ(house.failure_of(memories().add(Owner::user(77), "test", one)), ErrorKind::NotFound);
}

}  // namespace repartee::stores
