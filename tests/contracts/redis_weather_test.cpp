// What becomes of session memory when a real Redis is killed, paused, emptied or full.
#include "trial_redis.h"

#include <gmock/gmock.h>

namespace repartee::stores {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class RedisWeather : public testing::Test {
protected:
    void SetUp() override { open(); }
    void open() {
        shelf.reset();
        shelf = trial.open(house.surroundings());
    }
    static std::vector<Message> exchange(const std::string& said) {
        return {{.role = Role::User, .content = said}, {.role = Role::Assistant, .content = said + "!"}};
    }
    void begin() { house.run(shelf->sessions().append(key, exchange("one"), 2, true)); }
    std::optional<SessionContent> recall() { return house.run(shelf->sessions().recall(key)); }
    bool is_back() {
        const auto until = now() + 10s;
        while (now() < until) {
            try {
                recall();
                return true;
            } catch (const Failure& failure) {
                EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
            }
        }
        return false;
    }
    static std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

    StoresHouse house;
    TrialRedis trial;
    std::unique_ptr<SessionShelf> shelf;
    const SessionKey key{Owner::user(1), "kitchen"};
};

}  // namespace

TEST_F(RedisWeather, ARestartIsNotNoticedAndForgetsAll) {
    ServersOnceMore afterwards("redis");
    begin();
    tell_servers("redis restart");
    EXPECT_FALSE(recall());
    begin();
    EXPECT_EQ(recall()->messages.size(), 2u);
}

TEST_F(RedisWeather, ScriptsThatAreForgottenAreSentAgain) {
    begin();
    trial.ask({"SCRIPT", "FLUSH"});
    house.run(shelf->sessions().append(key, exchange("two"), 4, false));
    trial.ask({"SCRIPT", "FLUSH"});
    house.run(shelf->sessions().forget(key));
    EXPECT_FALSE(recall());
}

TEST_F(RedisWeather, ConnectionsThatAreCutAreMadeAnew) {
    begin();
    for (int times = 0; times < 10; ++times) {
        trial.ask({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        EXPECT_EQ(recall()->messages.size(), 2u);
    }
}

TEST_F(RedisWeather, OneThatIsGoneCostsNothingFromThenOn) {
    ServersOnceMore afterwards("redis");
    begin();
    tell_servers("redis kill");
    EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
    auto begin_of_hundred = now();
    for (int times = 0; times < 100; ++times) {
        EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
    }
    EXPECT_LT(now() - begin_of_hundred, 1s);
    auto health = house.run(shelf->check());
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("refused"));
    tell_servers("redis start");
    EXPECT_TRUE(is_back());
    EXPECT_TRUE(house.run(shelf->check()).usable);
}

TEST_F(RedisWeather, OneThatGoesQuietCostsThePatienceOnce) {
    ServersOnceMore afterwards("redis");
    begin();
    trial.settings.patience = 200ms;
    trial.settings.connect_timeout = 300ms;
    open();
    tell_servers("redis pause");
    auto first = now();
    EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
    EXPECT_GE(now() - first, 200ms);
    EXPECT_LT(now() - first, 1s);
    auto others = now();
    for (int times = 0; times < 100; ++times) {
        EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
    }
    EXPECT_LT(now() - others, 1s);
    tell_servers("redis resume");
    ASSERT_TRUE(is_back());
    EXPECT_EQ(recall()->messages.size(), 2u);
}

TEST_F(RedisWeather, WhatCouldNotBeForgottenIsForgottenFirst) {
    ServersOnceMore afterwards("redis");
    const SessionKey second{Owner::user(1), "garden"};
    const SessionKey others{Owner::user(2), "kitchen"};
    for (const auto& one : {key, second, others}) {
        house.run(shelf->sessions().append(one, exchange("one"), 2, true));
    }
    trial.settings.patience = 500ms;
    open();
    tell_servers("redis pause");
    EXPECT_EQ(house.failure_of(shelf->sessions().forget_all(Owner::user(1))), ErrorKind::Unavailable);
    tell_servers("redis resume");
    ASSERT_TRUE(is_back());
    EXPECT_FALSE(recall());
    EXPECT_FALSE(house.run(shelf->sessions().recall(second)));
    EXPECT_TRUE(house.run(shelf->sessions().recall(others)));
}

TEST_F(RedisWeather, OneThatIsFullStillReads) {
    begin();
    trial.ask({"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_EQ(house.failure_of(shelf->sessions().append(key, exchange("two"), 4, false)),
              ErrorKind::Unavailable);
    // The end of it is missing: it has been forgotten.
    EXPECT_FALSE(recall());
    trial.ask({"CONFIG", "SET", "maxmemory", "0"});
    begin();
    EXPECT_TRUE(recall());
}

TEST_F(RedisWeather, SomethingElseUnderItsNameIsNoSession) {
    begin();
    auto keys = trial.ask({"KEYS", trial.settings.prefix + ":*:session:*"});
    ASSERT_EQ(keys->elements, 1u);
    const std::string name(redis::text_of(*keys->element[0]));
    trial.ask({"RPUSH", name, "nonsense"});
    EXPECT_FALSE(recall());
    begin();
    trial.ask({"SET", name, "nonsense"});
    EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
}

TEST_F(RedisWeather, NothingOfWhatPeopleSayOrAreCalledIsInANameAndEverythingEnds) {
    const SessionKey named{Owner::session("secret-owner"), "secret-session"};
    house.run(shelf->sessions().append(named, exchange("secret-words"), 2, true));
    auto keys = trial.ask({"KEYS", "*"});
    ASSERT_EQ(keys->elements, 2u);
    for (std::size_t at = 0; at < keys->elements; ++at) {
        const std::string name(redis::text_of(*keys->element[at]));
        EXPECT_THAT(name, testing::Not(HasSubstr("secret")));
        const auto rest = trial.ask({"PTTL", name})->integer;
        EXPECT_GT(rest, 3'590'000);
        EXPECT_LE(rest, 3'600'000);
    }
}

TEST_F(RedisWeather, AWrongPasswordIsSaidAndNeverShown) {
    trial.ask({"CONFIG", "SET", "requirepass", "right"});
    auto wrong = trial.address;
    std::vector<std::string> lines;
    auto surroundings = house.surroundings();
    surroundings.log = Log::into(lines, {.level = LogLevel::Debug});
    {
        wrong.password = Secret("hush-hush");
        redis::RedisShelf refused(wrong, trial.settings, surroundings);
        EXPECT_EQ(house.failure_of(refused.sessions().recall(key)), ErrorKind::Unavailable);
        auto health = house.run(refused.check());
        EXPECT_FALSE(health.usable);
        EXPECT_THAT(health.advice, HasSubstr("password"));
        EXPECT_THAT(health.reason + health.advice + refused.name(), testing::Not(HasSubstr("hush")));
    }
    for (const auto& line : lines) {
        EXPECT_THAT(line, testing::Not(HasSubstr("hush")));
    }
    trial.address.password = Secret("right");
    open();
    begin();
    EXPECT_TRUE(recall());
    trial.ask({"CONFIG", "SET", "requirepass", ""});
    trial.address.password = {};
}

TEST_F(RedisWeather, DatabasesAreApart) {
    begin();
    trial.address.database = 1;
    open();
    EXPECT_FALSE(recall());
    EXPECT_THAT(shelf->name(), HasSubstr("database 1"));
    trial.address.database = 0;
}

TEST_F(RedisWeather, TalksTls) {
    trial.address = redis::parse_address(place_of("REPARTEE_TEST_REDIS_TLS")).value();
    trial.settings.certificate_authority = place_of("REPARTEE_TEST_AUTHORITY");
    open();
    begin();
    EXPECT_EQ(recall()->messages.size(), 2u);
    SessionContent much{.messages = {{.role = Role::User, .content = std::string(1'000'000, 'x')}},
                        .position = 1};
    house.run(shelf->sessions().refill(key, much));
    EXPECT_EQ(recall()->messages.at(0).content.size(), 1'000'000u);

    // Nobody vouches for it.
    trial.settings.certificate_authority.clear();
    open();
    EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
    EXPECT_THAT(house.run(shelf->check()).reason, HasSubstr("not trusted"));

    trial.address.certificates = redis::Certificates::Ignored;
    open();
    EXPECT_TRUE(recall());

    // Plain words to a server that wants TLS.
    trial.address.tls = false;
    open();
    EXPECT_EQ(house.failure_of(shelf->sessions().recall(key)), ErrorKind::Unavailable);
    trial.address = redis::parse_address(redis_url()).value();
}

}  // namespace repartee::stores
