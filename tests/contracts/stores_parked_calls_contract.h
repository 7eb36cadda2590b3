// What calls that somebody may come back to have to be: stores/parked_calls.h as tests. See stores_house.h.
#pragma once

#include "stores/parked_calls.h"
#include "stores_house.h"

#include <algorithm>

namespace repartee::stores {

class ParkedCallsContract : public DatabaseTrial {
protected:
    ParkedCalls& calls() { return *database->parked_calls(); }
    void add(const std::string& hash, std::string state, std::int64_t lasts_ms = 60'000,
             std::optional<UserId> user = {}) {
        ParkedCall call{
            .token_hash = hash, .user = user, .state = std::move(state), .expires_at_ms = noon_ms + lasts_ms};
        run(calls().add(std::move(call), noon_ms));
    }
    std::optional<ParkedCall> take(const std::string& hash, std::int64_t after_ms = 0) {
        return run(calls().take(hash, noon_ms + after_ms));
    }
    bool keep(const std::string& hash, std::int64_t epoch, std::string state,
              std::int64_t lasts_ms = 60'000) {
        return run(calls().keep(hash, epoch, std::move(state), noon_ms + lasts_ms));
    }
};

TEST_P(ParkedCallsContract, ACallIsTakenAsItWasLastKept) {
    const auto user = add_user("ink@example.com").id;
    add("nobodys", "{}");
    add("somebodys", "{\"first\":1}", 60'000, user);
    EXPECT_TRUE(keep("somebodys", 1, "{\"second\":2}", 70'000));
    open_anew();
    const auto taken = take("somebodys");
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->token_hash, "somebodys");
    EXPECT_EQ(taken->user, user);
    EXPECT_EQ(taken->epoch, 2);
    EXPECT_EQ(taken->state, "{\"second\":2}");
    EXPECT_EQ(taken->expires_at_ms, noon_ms + 70'000);
    EXPECT_EQ(take("nobodys")->user, std::nullopt);
    EXPECT_FALSE(take("unknown"));
}

TEST_P(ParkedCallsContract, WhoeverTookItLastHasIt) {
    add("call", "{}");
    const auto first = take("call");
    const auto second = take("call");
    ASSERT_TRUE(first && second);
    EXPECT_GT(second->epoch, first->epoch);
    EXPECT_FALSE(keep("call", 1, "by who had it at first"));
    EXPECT_FALSE(keep("call", first->epoch, "by who had it in between"));
    EXPECT_TRUE(keep("call", second->epoch, "by who has it"));
    run(calls().erase("call", first->epoch));
    EXPECT_EQ(take("call")->state, "by who has it");
}

TEST_P(ParkedCallsContract, OfManyWhoTakeItAtOnceOneHasIt) {
    add("call", "{}");
    std::vector<awaitable<std::optional<ParkedCall>>> attempts;
    for (int number = 0; number < 12; ++number) {
        attempts.push_back(calls().take("call", noon_ms));
    }
    std::vector<std::int64_t> epochs;
    for (auto& result : run_all(std::move(attempts))) {
        ASSERT_TRUE(result) << result.error().message;
        ASSERT_TRUE(*result);
        epochs.push_back((*result)->epoch);
    }
    std::ranges::sort(epochs);
    EXPECT_EQ(std::ranges::adjacent_find(epochs), epochs.end()) << "two have the same";
    for (auto epoch : epochs) {
        EXPECT_EQ(keep("call", epoch, "mine"), epoch == epochs.back());
    }
}

TEST_P(ParkedCallsContract, WhatIsOverIsGone) {
    add("call", "{}");
    run(calls().erase("call", 1));
    EXPECT_FALSE(take("call"));
    EXPECT_FALSE(keep("call", 1, "late"));
}

TEST_P(ParkedCallsContract, NobodyComesBackToWhatHasExpired) {
    add("short", "{}", 1'000);
    add("long", "{}", 60'000);
    EXPECT_FALSE(take("short", 1'000));
    EXPECT_TRUE(keep("short", 1, "still there"));  // who has it may go on
    EXPECT_TRUE(take("short", 1'000));
    run(calls().erase_expired(noon_ms + 60'000));
    EXPECT_FALSE(take("short"));
    EXPECT_FALSE(take("long"));
    add("another", "{}", 1'000);
    ParkedCall later{.token_hash = "later", .state = "{}", .expires_at_ms = noon_ms + 9'000};
    run(calls().add(std::move(later), noon_ms + 2'000));
    EXPECT_FALSE(take("another")) << "what has expired goes with the next that comes";
}

TEST_P(ParkedCallsContract, GoesWithItsUser) {
    const auto user = add_user("ink@example.com").id;
    add("somebodys", "{}", 60'000, user);
    add("nobodys", "{}");
    run(database->people().erase(user));
    EXPECT_FALSE(take("somebodys"));
    EXPECT_TRUE(take("nobodys"));
    ParkedCall late{.token_hash = "late", .user = user, .state = "{}", .expires_at_ms = noon_ms + 9'000};
    EXPECT_EQ(house.failure_of(calls().add(std::move(late), noon_ms)), ErrorKind::NotFound);
}

TEST_P(ParkedCallsContract, KeepsAnyText) {
    add("call", "{}");
    for (const auto& text : hostile_texts()) {
        EXPECT_TRUE(keep("call", 1, text));
        open_anew();
        ParkedCall again{.token_hash = "call", .state = "not this", .expires_at_ms = noon_ms + 60'000};
        run(calls().add(std::move(again), noon_ms));  // told twice
        EXPECT_FALSE(take(text));
    }
    EXPECT_EQ(take("call")->state, hostile_texts().back());
}

TEST_P(ParkedCallsContract, SaysWhenItCannotBeReached) {
    add("call", "{}");
    trial->take_away();
    EXPECT_EQ(house.failure_of(calls().keep("call", 1, "late", noon_ms + 60'000)), ErrorKind::Unavailable);
    trial->bring_back();
}

}  // namespace repartee::stores
