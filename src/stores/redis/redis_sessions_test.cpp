// Session memory before a Redis that misbehaves. Before a real one it is held to its contract in
// tests/contracts.
#include "stores/redis/redis_sessions.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "stores/redis/redis_peer.h"
#include "stores/redis/session_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::stores::redis {

namespace {

using Words = RedisPeer::Words;
using Pieces = std::vector<std::string>;
using namespace std::chrono_literals;

SessionKey key_of(UserId user) {
    return {.owner = Owner::user(user), .session = "kitchen"};
}

class RedisSessionsTest : public testing::Test {
protected:
    void open(RedisPeer::Answers answers, Address address = {}) {
        peer = std::make_unique<RedisPeer>(std::move(answers));
        address.host = "127.0.0.1";
        address.port = peer->port();
        clerks = std::make_unique<Clerks>(address, settings, Log::into(lines, {.level = LogLevel::Debug}));
        sessions = std::make_unique<RedisSessions>(*clerks, clock, "test");
    }
    void TearDown() override {
        peer.reset();  // lets go of those who wait for an answer
        sessions.reset();
        clerks.reset();
    }

    std::optional<SessionContent> recall(UserId user = 1) {
        std::optional<SessionContent> content;
        run_to_end(loop, keep_recalled(*sessions, key_of(user), content));
        return content;
    }
    void append(UserId user = 1) {
        std::vector<Message> messages{{.role = Role::User, .content = "hello"}};
        run_to_end(loop, sessions->append(key_of(user), std::move(messages), 1, true));
    }
    // The detail of the failure of recalling; empty when there was none.
    std::string why_not(UserId user = 1) {
        try {
            recall(user);
            return "";
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
            return failure.error().detail;
        }
    }

    static awaitable<void> keep_recalled(RedisSessions& sessions, SessionKey key,
                                         std::optional<SessionContent>& content) {
        content = co_await sessions.recall(std::move(key), session_messages);
    }

    asio::io_context loop;
    SystemClock clock;
    std::vector<std::string> lines;
    RedisSettings settings{.connections = 1, .patience = 300ms};
    std::unique_ptr<RedisPeer> peer;
    std::unique_ptr<Clerks> clerks;
    std::unique_ptr<RedisSessions> sessions;
};

Pieces pong(const Words& words) {
    return {words[0] == "PING" ? "+PONG\r\n" : "+OK\r\n"};
}

}  // namespace

TEST_F(RedisSessionsTest, ReadsAReplyThatComesByteByByte) {
    open([](const Words& words) -> Pieces {
        if (words[0] != "LRANGE") {
            return pong(words);
        }
        Pieces bytes;
        for (char byte :
             "*2\r\n" + bulk("1 u 8c1f-7 hello\r\nthere") + bulk("2 a 8c1f-7 " + std::string("\0ok", 3))) {
            bytes.emplace_back(1, byte);
        }
        return bytes;
    });
    auto content = recall();
    ASSERT_TRUE(content);
    ASSERT_EQ(content->messages.size(), 2u);
    EXPECT_EQ(content->messages[0].content, "hello\r\nthere");
    EXPECT_EQ(content->messages[1].content, std::string("\0ok", 3));
    EXPECT_EQ(content->position, 2);
}

TEST_F(RedisSessionsTest, ReadsAReplyThatIsLargerThanOneRead) {
    const std::string text(1'000'000, 'x');
    open([&](const Words& words) -> Pieces {
        return words[0] == "LRANGE" ? Pieces{"*1\r\n" + bulk("1 u 8c1f-7 " + text)} : pong(words);
    });
    EXPECT_EQ(recall()->messages.at(0).content, text);
}

TEST_F(RedisSessionsTest, TellsAtOnceWhatItKnowsToBeDown) {
    open([this](const Words& words) { return words[0] == "LRANGE" ? peer->keep_silent() : pong(words); });
    auto begin = clock.now();
    EXPECT_EQ(why_not(), "no answer in time");
    EXPECT_GE(clock.now() - begin, settings.patience);
    // It is looked for behind our back, where it answers a PING: so it may be back already, and late once
    // more.
    EXPECT_THAT(lines, testing::Contains(testing::HasSubstr("redis is out of reach")));
}

TEST_F(RedisSessionsTest, CostsNothingWhileItIsGone) {
    settings.patience = 5s;
    open(pong);
    peer.reset();
    EXPECT_THAT(why_not(), testing::HasSubstr("Connection refused"));
    auto begin = clock.now();
    for (int times = 0; times < 100; ++times) {
        EXPECT_THAT(why_not(), testing::HasSubstr("Connection refused"));
    }
    EXPECT_LT(clock.now() - begin, 2s);
    EXPECT_EQ(
        std::ranges::count_if(lines, [](const auto& line) { return line.find("out of reach") != line.npos; }),
        1);
}

TEST_F(RedisSessionsTest, TakesALoadingServerForOneThatIsDown) {
    std::atomic<bool> is_loading = true;
    open([&](const Words& words) -> Pieces {
        if (is_loading) {
            return {"-LOADING Redis is loading the dataset in memory\r\n"};
        }
        return words[0] == "LRANGE" ? Pieces{"*0\r\n"} : pong(words);
    });
    EXPECT_EQ(why_not(), "Redis answered LOADING");
    EXPECT_EQ(why_not(), "Redis answered LOADING");
    is_loading = false;
    auto end = clock.now() + 10s;
    while (!why_not().empty() && clock.now() < end) {
        std::this_thread::yield();
    }
    EXPECT_EQ(why_not(), "");
}

TEST_F(RedisSessionsTest, ReadsWhileItsMemoryIsFull) {
    open([](const Words& words) -> Pieces {
        if (words[0] == "EVALSHA") {
            return {"-OOM command not allowed when used memory > 'maxmemory'.\r\n"};
        }
        return words[0] == "LRANGE" ? Pieces{"*1\r\n" + bulk("1 u 8c1f-7 hello")} : pong(words);
    });
    EXPECT_THROW(append(1), Failure);
    EXPECT_TRUE(recall(2));
    // Its end is missing, and it could not even be forgotten.
    EXPECT_FALSE(recall(1));
    EXPECT_EQ(peer->connections(), 1);
}

TEST_F(RedisSessionsTest, ForgetsWhatItCouldNotComplete) {
    std::vector<Words> heard;
    bool is_full = true;
    open([&](const Words& words) -> Pieces {
        heard.push_back(words);
        if (words[0] == "EVALSHA" && std::exchange(is_full, false)) {
            return {"-OOM command not allowed when used memory > 'maxmemory'.\r\n"};
        }
        return words[0] == "LRANGE" ? Pieces{"*0\r\n"} : Pieces{":1\r\n"};
    });
    EXPECT_THROW(append(1), Failure);
    heard.clear();
    recall(2);
    // First the session that lacks its end, whoever asks for what.
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0][0], "EVALSHA");
    EXPECT_EQ(heard[0].back(), names_of("test", key_of(1)).session);
    heard.clear();
    recall(2);
    EXPECT_EQ(heard.size(), 1u);
}

TEST_F(RedisSessionsTest, NeverShowsThePasswordThatIsWrong) {
    Address address;
    address.password = Secret("hush-hush");
    open(
        [](const Words& words) -> Pieces {
            return {words[0] == "AUTH" ? "-WRONGPASS invalid username-password pair: hush-hush\r\n"
                                       : "-NOAUTH Authentication required.\r\n"};
        },
        address);
    EXPECT_EQ(why_not(), "Redis answered WRONGPASS");
    for (const auto& line : lines) {
        EXPECT_THAT(line, testing::Not(testing::HasSubstr("hush")));
    }
}

TEST_F(RedisSessionsTest, EntersTheDatabaseWithThePassword) {
    std::vector<Words> heard;
    Address address;
    address.user = "ann";
    address.password = Secret("secret");
    address.database = 3;
    open(
        [&](const Words& words) -> Pieces {
            heard.push_back(words);
            return words[0] == "LRANGE" ? Pieces{"*0\r\n"} : pong(words);
        },
        address);
    EXPECT_FALSE(recall());
    ASSERT_EQ(heard.size(), 4u);
    EXPECT_EQ(heard[0], (Words{"AUTH", "ann", "secret"}));
    EXPECT_EQ(heard[1], (Words{"SELECT", "3"}));
}

TEST_F(RedisSessionsTest, AsksOnceMoreWhereAnIdleConnectionHasBeenClosed) {
    int asked = 0;
    open([&](const Words& words) -> Pieces {
        if (words[0] != "LRANGE") {
            return pong(words);
        }
        return ++asked == 2 ? Pieces{} : Pieces{"*0\r\n"};
    });
    EXPECT_EQ(why_not(), "");
    EXPECT_EQ(why_not(), "");
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(peer->connections(), 2);
}

TEST_F(RedisSessionsTest, SendsTheScriptWholeWhereItIsForgotten) {
    std::vector<Words> heard;
    open([&](const Words& words) -> Pieces {
        heard.push_back(words);
        return {words[0] == "EVALSHA" ? "-NOSCRIPT No matching script. Please use EVAL.\r\n" : ":1\r\n"};
    });
    append();
    ASSERT_EQ(heard.size(), 3u);  // PING first
    EXPECT_EQ(heard[1][0], "EVALSHA");
    EXPECT_EQ(heard[2][0], "EVAL");
    EXPECT_THAT(heard[2][1], testing::HasSubstr("LINDEX"));
    EXPECT_THAT(heard[2].back(), testing::MatchesRegex("1 u [0-9a-f]+-1 hello"));
}

TEST_F(RedisSessionsTest, IsNotFooledByWhatIsNoRedis) {
    for (const char* answer :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "*1\r\n:1\r\n$-7\r\n", "$999999999999999999999\r\n", "+OK\r\n",
          "*1\r\n$3\r\nabc\r\n", "*2\r\n:1\r\n:2\r\n"}) {
        open([answer](const Words& words) -> Pieces {
            return words[0] == "LRANGE" ? Pieces{answer} : pong(words);
        });
        try {
            EXPECT_FALSE(recall()) << answer;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable) << answer;
        }
        TearDown();
    }
}

TEST_F(RedisSessionsTest, IsLeftAloneByWhoIsCancelled) {
    settings.patience = 5s;
    open([this](const Words& words) { return words[0] == "LRANGE" ? peer->keep_silent() : pong(words); });
    auto begin = clock.now();
    std::optional<SessionContent> content;
    Task task(loop.get_executor(), keep_recalled(*sessions, key_of(1), content));
    run_to_end(loop, [](Task& cancelled) -> awaitable<void> {
        Timer soon(co_await asio::this_coro::executor, 20ms);
        co_await soon.async_wait(use_awaitable);
        co_await cancelled.stop();
    }(task));
    EXPECT_LT(clock.now() - begin, 3s);
}

}  // namespace repartee::stores::redis
