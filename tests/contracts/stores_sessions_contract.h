// What everyone who keeps the last messages of sessions must do: stores/session_memory.h as tests. See
// stores_house.h.
#pragma once

#include "stores_house.h"

#include <gmock/gmock.h>

#include <set>

namespace repartee::stores {

class SessionMemoryContract : public testing::TestWithParam<ShelfCase> {
protected:
    SessionMemory& sessions() { return shelf->sessions(); }

    template <class T>
    T run(awaitable<T> coroutine) {
        return house.run(std::move(coroutine));
    }
    static std::vector<Message> exchange(const std::string& said) {
        return {{.role = Role::User, .content = said}, {.role = Role::Assistant, .content = said + "!"}};
    }
    void begin(const SessionKey& key, const std::string& said) {
        run(sessions().append(key, exchange(said), 2, true));
    }
    // Nothing kept: "-".
    std::string kept(const SessionKey& key) {
        const auto content = run(sessions().recall(key));
        if (!content) {
            return "-";
        }
        std::string words;
        for (const auto& message : content->messages) {
            words += (words.empty() ? "" : " ") + message.content;
        }
        return words + " @" + std::to_string(content->position);
    }

    StoresHouse house;
    std::unique_ptr<TrialShelf> trial = GetParam().create();
    std::unique_ptr<SessionShelf> shelf = trial->open(house.surroundings());
    const SessionKey key{Owner::user(1), "session"};
};

TEST_P(SessionMemoryContract, KeepsWhatWasSaidInOrder) {
    EXPECT_EQ(kept(key), "-");
    begin(key, "one");
    EXPECT_EQ(kept(key), "one one! @2");
    run(sessions().append(key, exchange("two"), 4, false));
    EXPECT_EQ(kept(key), "one one! two two! @4");
    const auto content = run(sessions().recall(key));
    EXPECT_EQ(content->messages[0].role, Role::User);
    EXPECT_EQ(content->messages[1].role, Role::Assistant);
}

TEST_P(SessionMemoryContract, KeepsNothingWhereTheBeginningIsElsewhere) {
    run(sessions().append(key, exchange("late"), 12, false));
    EXPECT_EQ(kept(key), "-");
}

TEST_P(SessionMemoryContract, DropsWhatDoesNotEndRightBeforeTheNext) {
    begin(key, "one");
    run(sessions().append(key, exchange("three"), 6, false));  // "two" was lost
    EXPECT_EQ(kept(key), "-");
    begin(key, "one");
    run(sessions().append(key, exchange("one"), 2, false));  // comes a second time
    EXPECT_EQ(kept(key), "-");
    SessionContent content{.messages = exchange("all"), .position = 6};
    run(sessions().refill(key, content));
    run(sessions().append(key, exchange("four"), 8, false));
    EXPECT_EQ(kept(key), "all all! four four! @8");
}

TEST_P(SessionMemoryContract, ABeginningTakesThePlaceOfWhatWasBefore) {
    begin(key, "old");
    begin(key, "new");
    EXPECT_THAT(kept(key), testing::AnyOf("new new! @2", "-"));
}

TEST_P(SessionMemoryContract, RefillTakesThePlaceOfAll) {
    begin(key, "one");
    SessionContent content{.messages = exchange("all"), .position = 40};
    run(sessions().refill(key, content));
    run(sessions().refill(key, content));
    EXPECT_EQ(kept(key), "all all! @40");
    run(sessions().refill(key, SessionContent{}));
    EXPECT_THAT(kept(key), testing::AnyOf("-", " @0"));
}

TEST_P(SessionMemoryContract, KeepsTheLastFifty) {
    begin(key, "0");
    for (int number = 1; number < 40; ++number) {
        run(sessions().append(key, exchange(std::to_string(number)), 2 * number + 2, false));
    }
    const auto content = run(sessions().recall(key));
    ASSERT_EQ(content->messages.size(), session_messages);
    EXPECT_EQ(content->messages.back().content, "39!");
    EXPECT_EQ(content->messages.front().content, "15");
    EXPECT_EQ(content->position, 80);

    SessionContent many{.position = 200};
    for (int number = 0; number < 200; ++number) {
        many.messages.push_back({.role = Role::User, .content = std::to_string(number)});
    }
    run(sessions().refill(key, many));
    EXPECT_EQ(run(sessions().recall(key))->messages.size(), session_messages);
    EXPECT_EQ(run(sessions().recall(key))->messages.front().content, "150");
    EXPECT_EQ(run(sessions().recall(key))->position, 200);
}

TEST_P(SessionMemoryContract, ForgetsAfterAnHour) {
    begin(key, "one");
    trial->let_pass(session_lifetime - 1min);
    EXPECT_EQ(kept(key), "one one! @2");
    run(sessions().append(key, exchange("two"), 4, false));
    trial->let_pass(session_lifetime - 1min);
    EXPECT_EQ(kept(key), "one one! two two! @4");
    trial->let_pass(session_lifetime + 1min);
    EXPECT_EQ(kept(key), "-");
    run(sessions().append(key, exchange("three"), 6, false));
    EXPECT_EQ(kept(key), "-");
}

TEST_P(SessionMemoryContract, SessionsAreTheirOwners) {
    const SessionKey others{Owner::user(2), "session"};
    const SessionKey anonymous{Owner::session("session"), "session"};
    const SessionKey lookalike{Owner::session("user/1"), "session"};
    const SessionKey second{Owner::user(1), "second"};
    begin(key, "mine");
    for (const auto& foreign : {others, anonymous, lookalike, second}) {
        EXPECT_EQ(kept(foreign), "-");
    }
    begin(others, "theirs");
    begin(second, "second");
    run(sessions().forget(others));
    EXPECT_EQ(kept(others), "-");
    EXPECT_EQ(kept(key), "mine mine! @2");
    begin(others, "theirs");
    run(sessions().forget_all(Owner::user(1)));
    EXPECT_EQ(kept(key), "-");
    EXPECT_EQ(kept(second), "-");
    EXPECT_EQ(kept(others), "theirs theirs! @2");
    run(sessions().forget_all(Owner::user(1)));
    run(sessions().forget(key));
}

TEST_P(SessionMemoryContract, OwnersWhoseNamesBeginAlikeAreTwo) {
    const SessionKey ten{Owner::user(10), "session"};
    const SessionKey star{Owner::session("*"), "session"};
    const SessionKey slash{Owner::user(1), "0/session"};
    for (const auto& one : {key, ten, star, slash}) {
        begin(one, one.owner.key());
    }
    run(sessions().forget_all(Owner::session("*")));
    run(sessions().forget_all(Owner::user(1)));
    EXPECT_EQ(kept(key), "-");
    EXPECT_EQ(kept(slash), "-");
    EXPECT_NE(kept(ten), "-");
}

TEST_P(SessionMemoryContract, OfManyWhoAppendAtOnceNoneIsMixedIn) {
    begin(key, "0");
    std::vector<awaitable<void>> appends;
    for (int number = 1; number < 20; ++number) {
        appends.push_back(sessions().append(key, exchange(std::to_string(number)), 2 * number + 2, false));
    }
    for (const auto& result : house.run_all(std::move(appends))) {
        EXPECT_TRUE(result);
    }
    // Whatever the order in which they came: what is kept is without gaps, or nothing is.
    if (const auto content = run(sessions().recall(key))) {
        const auto first = content->position / 2 - static_cast<std::int64_t>(content->messages.size()) / 2;
        for (std::size_t at = 0; at < content->messages.size(); at += 2) {
            EXPECT_EQ(content->messages[at].content,
                      std::to_string(first + static_cast<std::int64_t>(at / 2)));
        }
    }
}

TEST_P(SessionMemoryContract, KeepsAllOfManyWhoAppendBehindWhateverThereIs) {
    std::vector<awaitable<void>> appends;
    for (int number = 0; number < 20; ++number) {
        appends.push_back(sessions().append_next(key, exchange(std::to_string(number))));
    }
    for (const auto& result : house.run_all(std::move(appends))) {
        EXPECT_TRUE(result);
    }
    const auto content = run(sessions().recall(key));
    ASSERT_TRUE(content);
    ASSERT_EQ(content->messages.size(), 40U);
    EXPECT_EQ(content->position, 40);
    std::set<std::string> said;
    for (std::size_t at = 0; at < content->messages.size(); at += 2) {
        said.insert(content->messages[at].content);
        EXPECT_EQ(content->messages[at + 1].content, content->messages[at].content + "!");
        EXPECT_EQ(content->messages[at].role, Role::User);
        EXPECT_EQ(content->messages[at + 1].role, Role::Assistant);
    }
    EXPECT_EQ(said.size(), 20U);
    for (int number = 20; number < 40; ++number) {
        run(sessions().append_next(key, exchange(std::to_string(number))));
    }
    EXPECT_EQ(run(sessions().recall(key))->messages.size(), session_messages);
    EXPECT_EQ(run(sessions().recall(key))->messages.back().content, "39!");
    EXPECT_EQ(run(sessions().recall(key))->position, 80);
    run(sessions().append(key, exchange("forty"), 82, false));
    EXPECT_EQ(run(sessions().recall(key))->messages.back().content, "forty!");
}

TEST_P(SessionMemoryContract, TakesEveryTextByTheLetter) {
    for (const auto& text : hostile_texts()) {
        const SessionKey hostile{Owner::session(text), text};
        begin(hostile, text);
        EXPECT_EQ(run(sessions().recall(hostile))->messages.at(0).content, text);
        run(sessions().append_next(hostile, exchange(text)));
        EXPECT_EQ(run(sessions().recall(hostile))->messages.at(2).content, text);
    }
    for (const auto& text : hostile_texts()) {
        run(sessions().forget_all(Owner::session(text)));
        EXPECT_EQ(kept({Owner::session(text), text}), "-");
    }
}

TEST_P(SessionMemoryContract, SaysHowItIs) {
    EXPECT_FALSE(shelf->name().empty());
    EXPECT_TRUE(run(shelf->check()).usable);
    EXPECT_FALSE(run(shelf->check()).reason.empty());
}

}  // namespace repartee::stores
