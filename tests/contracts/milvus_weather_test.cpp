// Milvus in bad weather: what it says no to, what it has lost, what it has too much of. Nobody is ever told
// anything wrong, and it is made good by itself.
#include "base/task.h"
#include "stores_memories_contract.h"
#include "trial_milvus.h"

namespace repartee::stores {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class MilvusInBadWeather : public testing::Test {
protected:
    MilvusInBadWeather() {
        trial.simulator.control(R"({"looks_until_loaded": 0})");
        open();
        house.run(database->migrate());
        const auto user = house.run(database->people().add({.creation_id = "ink",
                                                            .email = "ink@example.com",
                                                            .email_key = "ink@example.com",
                                                            .full_name = "Somebody",
                                                            .password_hash = Secret("$argon2id$"),
                                                            .created_at_ms = noon_ms}));
        ink = Owner::user(user.value().id);
    }

    // As after a restart, with the settings as they are now.
    void open() {
        database.reset();
        auto opened = trial.open(house.surroundings());
        database.reset(static_cast<DatabaseWithMilvus*>(opened.release()));
    }
    void control(const std::string& body) { trial.simulator.control(body); }
    Memories& memories() { return database->memories(); }
    StoreHealth health() { return house.run(database->vectors().check()); }

    static NewMemory memory(const std::string& id, Vector vector, const std::string& text = "Text.") {
        double square = 0;
        for (const float component : vector) {
            square += static_cast<double>(component) * component;
        }
        for (float& component : vector) {
            component = static_cast<float>(component / std::sqrt(square));
        }
        return {.memory = {.id = id,
                           .text = text,
                           .category = "personal",
                           .source = "learned",
                           .created_at_ms = noon_ms,
                           .updated_at_ms = noon_ms},
                .vector = std::move(vector)};
    }
    void add(const std::string& id, Vector vector) {
        std::vector<NewMemory> one{memory(id, std::move(vector))};
        house.run(memories().add(*ink, "test", std::move(one)));
    }
    std::vector<std::string> nearest(Vector vector, std::size_t limit = 10, double least = 0.5) {
        std::vector<std::string> ids;
        for (const auto& found :
             house.run(memories().search(*ink, "test", std::move(vector), limit, least))) {
            ids.push_back(found.memory.id);
        }
        return ids;
    }
    std::int64_t searches_there() {
        const auto counts = trial.look().at("counts").as_object();
        const auto* count = counts.if_contains("/entities/search");
        return count == nullptr ? 0 : count->to_number<std::int64_t>();
    }
    // What is put off is done.
    void run_behind_until(const std::function<bool()>& done) {
        Task behind(house.surroundings().executor, database->vectors().run());
        house.run_until(done);
        house.run(stop(behind));
    }
    static awaitable<void> stop(Task& task) { co_await task.stop(); }

    StoresHouse house;
    TrialMilvus trial;
    std::unique_ptr<DatabaseWithMilvus> database;
    std::optional<Owner> ink;
};

TEST_F(MilvusInBadWeather, ItIsMilvusThatSearches) {
    add("cat", {1, 0});
    const auto before = searches_there();
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
    EXPECT_EQ(searches_there(), before + 1);
    EXPECT_EQ(trial.versions(), 1U);
    const auto how = health();
    EXPECT_TRUE(how.usable);
    EXPECT_EQ(how.reason, "answers, 1 collections of ours");
}

TEST_F(MilvusInBadWeather, ACollectionThatIsBeingLoadedIsWaitedFor) {
    control(R"({"looks_until_loaded": 3})");
    add("cat", {1, 0});
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
}

TEST_F(MilvusInBadWeather, ACollectionThatWasReleasedIsLoadedAgain) {
    add("cat", {1, 0});
    nearest({1, 0});
    control(R"({"release": "trial"})");
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
}

TEST_F(MilvusInBadWeather, ACollectionThatWasDroppedIsFilledAnew) {
    for (int number = 0; number < 20; ++number) {
        add(std::to_string(number), {1, 0.01F * static_cast<float>(number)});
    }
    EXPECT_EQ(nearest({1, 0}, 50).size(), 20U);
    control(R"({"drop": "trial"})");
    EXPECT_EQ(nearest({1, 0}, 50).size(), 20U);
    EXPECT_EQ(trial.versions(), 20U);
}

TEST_F(MilvusInBadWeather, WhoeverAsksTooMuchWaitsAndIsAnswered) {
    add("cat", {1, 0});
    nearest({1, 0});
    for (const auto* refusals : {R"({"throttle": 3})", R"({"throttle": 2, "throttle_status": 429})",
                                 R"({"failures": [1, 2, 12, 4, 1807]})", R"({"failures": [65535]})"}) {
        control(refusals);
        EXPECT_THAT(nearest({1, 0}), ElementsAre("cat")) << refusals;
    }
}

TEST_F(MilvusInBadWeather, WithoutTheRightTokenTheDatabaseSearches) {
    trial.credentials = "root:wrong@";
    trial.settings.fall_back = true;
    open();
    add("cat", {1, 0});
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
    const auto how = health();
    EXPECT_FALSE(how.usable);
    EXPECT_THAT(how.reason, HasSubstr("1800"));
    EXPECT_THAT(how.advice, HasSubstr("token in [stores.milvus]"));
    EXPECT_THAT(how.reason + how.advice, Not(HasSubstr("wrong")));
    EXPECT_EQ(trial.versions(), 0U);
}

TEST_F(MilvusInBadWeather, ACollectionOfAnotherShapeIsRefusedInClearWords) {
    add("cat", {1, 0});
    nearest({1, 0});
    const auto name = std::string(trial.look().at("collections").as_array().at(0).as_string());
    control(R"({"drop": "trial"})");
    control(R"({"create": {"collectionName": ")" + name + R"(", "schema": {"fields": [
        {"fieldName": "id", "dataType": "VarChar", "isPrimary": true, "elementTypeParams": {"max_length": 64}},
        {"fieldName": "owner", "dataType": "VarChar", "elementTypeParams": {"max_length": 64}},
        {"fieldName": "memory_id", "dataType": "VarChar", "elementTypeParams": {"max_length": 64}},
        {"fieldName": "revision", "dataType": "Int64"},
        {"fieldName": "vector", "dataType": "FloatVector", "elementTypeParams": {"dim": 3}}]},
        "indexParams": [{"fieldName": "vector", "metricType": "COSINE"}]}})");
    trial.settings.fall_back = true;
    open();
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
    const auto how = health();
    EXPECT_FALSE(how.usable);
    EXPECT_THAT(how.reason, HasSubstr("has vectors of 3 numbers, and the embedder makes 2"));
    EXPECT_THAT(how.advice, HasSubstr("name another collection"));
}

TEST_F(MilvusInBadWeather, WhileItIsAwayTheDatabaseSearchesAndNothingIsLost) {
    trial.settings.fall_back = true;
    open();
    add("before", {1, 0});
    EXPECT_THAT(nearest({1, 0}), ElementsAre("before"));
    trial.take_away();
    add("meanwhile", {1, 0.1F});
    EXPECT_TRUE(house.run(memories().correct(*ink, "test", memory("before", {0, 1}, "Corrected."))));
    EXPECT_THAT(nearest({1, 0}), ElementsAre("meanwhile"));
    EXPECT_THAT(nearest({0, 1}), ElementsAre("before"));
    EXPECT_FALSE(health().usable);
    trial.bring_back();
    EXPECT_TRUE(health().usable);
    const auto searches = searches_there();
    EXPECT_THAT(nearest({1, 0}), ElementsAre("meanwhile"));
    EXPECT_THAT(nearest({0, 1}), ElementsAre("before"));
    EXPECT_EQ(searches_there(), searches + 2);
}

TEST_F(MilvusInBadWeather, WhatIsDoneWithoutAskingItDoesNotShowThatItIsBack) {
    add("cat", {1, 0});
    nearest({1, 0});
    auto& reach = static_cast<milvus::MilvusMemories&>(memories()).reach();
    reach.failed(TimePoint::min(), {milvus::Trouble::Away, "refused"});  // some time ago
    house.run(memories().search(Owner::session("of nothing"), "test", {1, 0}, 10, -1));
    EXPECT_TRUE(reach.last());
    nearest({1, 0});
    EXPECT_FALSE(reach.last());
}

TEST_F(MilvusInBadWeather, WithoutTheDatabaseInItsPlaceASearchFailsWhileItIsAway) {
    add("cat", {1, 0});
    trial.take_away();
    EXPECT_EQ(house.failure_of(memories().search(*ink, "test", {1, 0}, 10, -1)), ErrorKind::Unavailable);
    EXPECT_EQ(house.run(memories().count(*ink)), 1U);
    trial.bring_back();
    EXPECT_TRUE(health().usable);
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
}

TEST_F(MilvusInBadWeather, WhoIsTooSlowIsNotWaitedFor) {
    trial.settings.fall_back = true;
    trial.settings.patience = 50ms;
    open();
    add("cat", {1, 0});
    control(R"({"delay": 5})");
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
}

TEST_F(MilvusInBadWeather, WhatIsForgottenWhileItIsAwayIsNeverFoundAgainAndGoesLater) {
    add("cat", {1, 0});
    add("dog", {1, 0.1F});
    EXPECT_EQ(nearest({1, 0}).size(), 2U);
    trial.take_away();
    EXPECT_TRUE(house.run(memories().forget(*ink, "cat")));
    trial.bring_back();
    EXPECT_THAT(nearest({1, 0}), ElementsAre("dog"));
    run_behind_until([&] { return trial.versions() == 1; });
}

TEST_F(MilvusInBadWeather, WhatIsNoMoreCrowdsNobodyOut) {
    for (int number = 0; number < 60; ++number) {
        add("gone " + std::to_string(number), {1, 0});
    }
    add("here", {1, 0.5F});
    EXPECT_EQ(nearest({1, 0}, 100).size(), 61U);
    // By a server that ends before it has told Milvus.
    for (int number = 0; number < 60; ++number) {
        EXPECT_TRUE(house.run(database->inner().memories().forget(*ink, "gone " + std::to_string(number))));
    }
    EXPECT_THAT(nearest({1, 0}, 5), ElementsAre("here"));
    run_behind_until([&] { return trial.versions() == 1; });
}

TEST_F(MilvusInBadWeather, WhatAServerHasNotBroughtThereBeforeItsEndIsBroughtByTheNext) {
    add("cat", {1, 0});
    nearest({1, 0});
    std::vector<NewMemory> unseen{memory("dog", {1, 0.1F})};
    house.run(database->inner().memories().add(*ink, "test", std::move(unseen)));
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat", "dog"));
    open();
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat", "dog"));
}

TEST_F(MilvusInBadWeather, ACorrectionLeavesOneVersion) {
    add("cat", {1, 0});
    nearest({1, 0});
    for (int time = 1; time <= 5; ++time) {
        EXPECT_TRUE(house.run(memories().correct(
            *ink, "test", memory("cat", {1, static_cast<float>(time)}, "Text " + std::to_string(time)))));
        const auto found = house.run(memories().search(*ink, "test", {0.6F, 0.8F}, 10, -1));
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].memory.text, "Text " + std::to_string(time));
    }
    run_behind_until([&] { return trial.versions() == 1; });
}

TEST_F(MilvusInBadWeather, WhatIsWrittenIsBroughtThereBehind) {
    Task behind(house.surroundings().executor, database->vectors().run());
    add("cat", {1, 0});
    house.run_until([&] { return trial.versions() == 1; });
    house.run(memories().forget_all(*ink));
    house.run_until([&] { return trial.versions() == 0; });
    house.run(stop(behind));
    EXPECT_THAT(nearest({1, 0}), IsEmpty());
}

TEST_F(MilvusInBadWeather, OfAnAccountThatIsGoneNothingIsLeft) {
    add("cat", {1, 0});
    add("dog", {0, 1});
    nearest({1, 0});
    const auto other = Owner::session("somebody else");
    std::vector<NewMemory> theirs{memory("bird", {1, 0})};
    house.run(memories().add(other, "test", std::move(theirs)));
    house.run(memories().search(other, "test", {1, 0}, 10, -1));
    EXPECT_EQ(trial.versions(), 3U);
    EXPECT_TRUE(house.run(database->people().erase(*ink->user_id())));
    house.run(database->vectors().sweep_everything());
    EXPECT_EQ(trial.versions(), 1U);
    EXPECT_EQ(house.run(memories().search(other, "test", {1, 0}, 10, -1)).size(), 1U);
}

TEST_F(MilvusInBadWeather, AMarkAheadOfTheDatabaseIsNotBelieved) {
    add("cat", {1, 0});
    nearest({1, 0});
    // As if the database had been put back to a time before: Milvus knows of a later revision.
    SystemClock clock;
    {
        auto address = milvus::parse_address(SimulatedMilvus::url()).value();
        address.token = Secret("root:Milvus");
        milvus::Milvus server(std::move(address), trial.settings, nullptr, clock, Log::silent());
        milvus::Collection collection(server, clock,
                                      milvus::collection_name(trial.settings.collection, "test", 2), 2, 10s);
        house.run(collection.set_mark(*ink, 77));
        std::vector<std::string> keys{milvus::key_of(*ink, "cat", 1)};
        house.run(collection.erase(std::move(keys)));
    }
    open();
    EXPECT_THAT(nearest({1, 0}), ElementsAre("cat"));
}

TEST_F(MilvusInBadWeather, ManyAreBroughtInPieces) {
    std::vector<NewMemory> many;
    for (int number = 0; number < 1'200; ++number) {
        many.push_back(memory(std::to_string(number), {1, 0.001F * static_cast<float>(number)}));
    }
    house.run(memories().add(*ink, "test", std::move(many)));
    EXPECT_EQ(nearest({1, 0}, 1'000, 0).size(), 1'000U);
    EXPECT_EQ(trial.versions(), 1'200U);
}

}  // namespace
}  // namespace repartee::stores
