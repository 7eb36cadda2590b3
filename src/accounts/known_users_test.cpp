#include "accounts/known_users.h"

#include "accounts/people_in_memory.h"
#include "base/test_loop.h"

namespace repartee::accounts {
namespace {

class UsersKnown : public testing::Test {
protected:
    UsersKnown() {
        auto add = [](PeopleInMemory& people) -> awaitable<void> {
            stores::NewUser user{.creation_id = "one",
                                 .email = "ink@example.org",
                                 .email_key = "ink@example.org",
                                 .password_hash = Secret("a hash")};
            co_await people.add(std::move(user));
        };
        run_to_end(context_, add(people_));
    }

    std::optional<stores::User> found(UserId id) {
        auto find = [](KnownUsers& users, UserId user,
                       std::optional<stores::User>& result) -> awaitable<void> {
            result = co_await users.find(user);
        };
        std::optional<stores::User> user;
        run_to_end(context_, find(users_, id, user));
        return user;
    }

    void pass(Duration time) { clock_.run_until(context_, clock_.now() + time); }

    asio::io_context context_;
    VirtualClock clock_;
    PeopleInMemory people_;
    KnownUsers users_{people_, clock_};
};

TEST_F(UsersKnown, AreAskedForOnceInAWhile) {
    EXPECT_EQ(found(1)->email, "ink@example.org");
    EXPECT_EQ(found(1)->email, "ink@example.org");
    EXPECT_EQ(people_.questions, 1);
    pass(KnownUsers::freshness);
    found(1);
    EXPECT_EQ(people_.questions, 2);
}

TEST_F(UsersKnown, AreAskedForAgainOnceForgotten) {
    found(1);
    users_.forget(1);
    found(1);
    EXPECT_EQ(people_.questions, 2);
}

TEST_F(UsersKnown, WhoIsNotThereIsAskedForEachTime) {
    EXPECT_FALSE(found(9));
    EXPECT_FALSE(found(9));
    EXPECT_EQ(people_.questions, 2);
}

TEST_F(UsersKnown, HaveNoHash) {
    EXPECT_TRUE(found(1)->password_hash.empty());
    EXPECT_TRUE(found(1)->password_hash.empty());
}

TEST_F(UsersKnown, WhatWasAskedForBeforeAChangeIsNotKept) {
    people_.while_asked = [&] { users_.forget(1); };
    found(1);
    people_.while_asked = nullptr;
    found(1);
    EXPECT_EQ(people_.questions, 2);
    found(1);
    EXPECT_EQ(people_.questions, 2);
}

}  // namespace
}  // namespace repartee::accounts
