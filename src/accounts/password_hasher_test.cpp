#include "accounts/password_hasher.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "base/together.h"

#include <filesystem>
#include <sched.h>
#include <sys/resource.h>

namespace repartee::accounts {
namespace {

AccountSettings cheap_settings() {
    AccountSettings settings;
    settings.password_memory_kib = 64;
    settings.password_passes = 1;
    return settings;
}

class Hashing : public testing::Test {
protected:
    Secret hashed(const std::string& password) {
        std::optional<Secret> hash;
        run_to_end(context_, detail::keep_result(hasher_.hash(Secret(password)), hash));
        return *hash;
    }
    PasswordVerdict verdict(const Secret& stored, const std::string& password) {
        std::optional<PasswordVerdict> result;
        run_to_end(context_, detail::keep_result(hasher_.verify(stored, Secret(password)), result));
        return *result;
    }

    asio::io_context context_;
    SystemClock clock_;
    Metrics metrics_;
    PasswordHasher hasher_{cheap_settings(), clock_, metrics_};
};

TEST_F(Hashing, KnowsThePasswordAgainAndNoOther) {
    for (const auto& password : {std::string("correct horse"), std::string("пароль-密码-🔑"),
                                 std::string("nul\0inside", 10), std::string(longest_password, 'x')}) {
        const auto stored = hashed(password);
        EXPECT_EQ(verdict(stored, password), PasswordVerdict::Right);
        EXPECT_EQ(verdict(stored, password + " "), PasswordVerdict::Wrong);
        EXPECT_EQ(verdict(stored, password.substr(1)), PasswordVerdict::Wrong);
        EXPECT_EQ(verdict(stored, ""), PasswordVerdict::Wrong);
    }
}

TEST_F(Hashing, IsArgon2idWithASaltOfItsOwn) {
    const auto stored = hashed("correct horse");
    EXPECT_TRUE(stored.reveal().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    EXPECT_NE(hashed("correct horse").reveal(), stored.reveal());
    EXPECT_EQ(cost_of_hash(stored.reveal()), (PasswordCost{64, 1, 1}));
}

TEST_F(Hashing, TakesWhatTheStoredHashSays) {
    auto dearer_settings = cheap_settings();
    dearer_settings.password_memory_kib = 256;
    dearer_settings.password_passes = 2;
    PasswordHasher dearer(dearer_settings, clock_, metrics_);
    std::optional<Secret> stored;
    run_to_end(context_, detail::keep_result(dearer.hash(Secret("correct horse")), stored));
    EXPECT_EQ(verdict(*stored, "correct horse"), PasswordVerdict::RightButOutdated);
    EXPECT_EQ(verdict(*stored, "battery staple"), PasswordVerdict::Wrong);
}

TEST_F(Hashing, NobodysPasswordIsAsDearAndNeverRight) {
    const auto& nobody = hasher_.of_nobody();
    EXPECT_EQ(cost_of_hash(nobody.reveal()), (PasswordCost{64, 1, 1}));
    for (const auto* password : {"", "password", "correct horse"}) {
        EXPECT_EQ(verdict(nobody, password), PasswordVerdict::Wrong);
    }
}

TEST_F(Hashing, WhatIsNoHashIsUnreadable) {
    for (const auto* stored :
         {"", "plain text", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=64,t=1,p=1$",
          "$argon2i$v=19$m=64,t=1,p=1$YWJj$YWJj", "$argon2id$v=19$m=64,t=1,p=1$!!!!$!!!!",
          "$argon2id$v=19$m=4000000000,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
          "$argon2id$v=19$m=64,t=4000000,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
          "$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ$aGFzaGhhc2g"}) {
        EXPECT_EQ(verdict(Secret(stored), "password"), PasswordVerdict::Unreadable) << stored;
    }
}

TEST_F(Hashing, ReadsTheHashOfAnotherProgram) {
    // As of `echo -n password | argon2 somesalt -id -t 2 -k 64 -p 1 -l 24 -e`.
    EXPECT_EQ(verdict(Secret("$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$Bo1ismRVk2qm6+YAYLCmWHDb+j3fjUH3"),
                      "password"),
              PasswordVerdict::RightButOutdated);
}

TEST(PasswordRules, AreAboutLengthAlone) {
    EXPECT_TRUE(check_new_password(Secret("12345678")));
    EXPECT_TRUE(check_new_password(Secret("密码密码密码密码")));
    EXPECT_TRUE(check_new_password(Secret(std::string(longest_password, 'x'))));
    EXPECT_EQ(check_new_password(Secret("1234567")).error().message, "A password has at least 8 characters.");
    EXPECT_FALSE(check_new_password(Secret("密码密码")));
    EXPECT_FALSE(check_new_password(Secret("caf\xE9 caf\xE9 caf\xE9")));
    const auto huge = check_new_password(Secret(std::string(10'000'000, 'x')));
    ASSERT_FALSE(huge);
    EXPECT_EQ(huge.error().kind, ErrorKind::Unprocessable);
    EXPECT_EQ(huge.error().message, "A password has at most 1024 bytes.");
    EXPECT_TRUE(check_password_size(Secret("x")));
}

// A flood: as many as wait are told to come back, the others get their answer.
TEST(PasswordQueue, IsBounded) {
    asio::io_context context;
    SystemClock clock;
    Metrics metrics;
    auto settings = cheap_settings();
    settings.password_memory_kib = 8192;
    settings.password_queue = 2;
    PasswordHasher hasher(settings, clock, metrics);
    int right = 0;
    int busy = 0;
    auto attempt = [](PasswordHasher& the_hasher, int& done, int& refused) -> awaitable<void> {
        try {
            co_await the_hasher.verify(the_hasher.of_nobody(), Secret("password"));
            ++done;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Busy);
            ++refused;
        }
    };
    std::vector<Task> tasks;
    for (int number = 0; number < 40; ++number) {
        tasks.emplace_back(context.get_executor(), attempt(hasher, right, busy));
    }
    run_to_end(context, join_all(tasks));
    EXPECT_EQ(right + busy, 40);
    EXPECT_GE(right, 2);
    EXPECT_GE(busy, 20);
}

bool a_thread_has_stepped_behind() {
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        const auto id = static_cast<id_t>(std::stoi(thread.path().filename()));
        if (::getpriority(PRIO_PROCESS, id) >= 10 &&
            ::sched_getscheduler(static_cast<pid_t>(id)) == SCHED_BATCH) {
            return true;
        }
    }
    return false;
}

TEST(PasswordThreads, StepBehindTheOthers) {
    asio::io_context context;
    SystemClock clock;
    Metrics metrics;
    const int before = ::getpriority(PRIO_PROCESS, 0);
    PasswordHasher hasher(cheap_settings(), clock, metrics);
    std::optional<Secret> hash;
    run_to_end(context, detail::keep_result(hasher.hash(Secret("correct horse")), hash));
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), before) << "only threads of the hasher do";
    EXPECT_TRUE(a_thread_has_stepped_behind());
}

}  // namespace
}  // namespace repartee::accounts
