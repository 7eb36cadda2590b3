#include "accounts/accounts.h"

#include "accounts/just_spent.h"
#include "accounts/key_material.h"
#include "accounts/people_in_memory.h"
#include "accounts/token.h"
#include "base/task.h"
#include "base/test_loop.h"
#include "base/together.h"

#include <gmock/gmock.h>

namespace repartee::accounts {
namespace {

using testing::HasSubstr;
using testing::Not;

const Secret server_secret("the secret of the server of these tests");
const std::string good_password = "correct horse";
const std::string here = "127.0.0.1";

AccountSettings settings_for_tests() {
    AccountSettings settings;
    settings.password_memory_kib = 64;
    settings.password_passes = 1;
    settings.attempts_per_minute = 1000;
    settings.registrations_per_hour = 1000;
    return settings;
}

class AccountsOfPeople : public testing::Test {
protected:
    AccountsOfPeople() { open(settings_for_tests()); }

    void open(const AccountSettings& settings) {
        accounts_ = std::make_unique<Accounts>(settings, server_secret, people_, clock_,
                                               Log::into(lines_, {}), metrics_);
    }

    template <class T>
    T result_of(awaitable<T> call) {
        std::optional<T> result;
        run_to_end(context_, detail::keep_result(std::move(call), result));
        return std::move(*result);
    }
    void done(awaitable<void> call) { run_to_end(context_, std::move(call)); }

    template <class T>
    Error refusal(awaitable<T> call) {
        try {
            if constexpr (std::is_void_v<T>) {
                done(std::move(call));
            } else {
                result_of(std::move(call));
            }
        } catch (const Failure& failure) {
            return failure.error();
        }
        ADD_FAILURE() << "it was not refused";
        return {};
    }

    Tokens registered(const std::string& email = "ink@example.org") {
        return result_of(accounts_->register_user(email, Secret(good_password), "Ink", here));
    }
    Tokens logged_in(const std::string& email = "ink@example.org") {
        return result_of(accounts_->log_in(email, Secret(good_password), here));
    }
    Error log_in_refused(const std::string& email, const std::string& password) {
        return refusal(accounts_->log_in(email, Secret(password), here));
    }
    Principal who(const std::string& token) { return result_of(accounts_->authenticate(token)); }
    void expect_nobody(const std::string& token) {
        const auto error = refusal(accounts_->authenticate(token));
        EXPECT_EQ(error.kind, ErrorKind::Unauthenticated);
        EXPECT_EQ(error.message, "Could not validate credentials");
    }
    std::string token_with(TokenClaims claims) { return make_token(claims, server_secret); }

    void pass(Duration time) { clock_.run_until(context_, clock_.now() + time); }
    std::int64_t seconds_now() const {
        return std::chrono::floor<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
    }
    std::string logged() const { return testing::PrintToString(lines_); }

    asio::io_context context_;
    VirtualClock clock_;
    PeopleInMemory people_;
    Metrics metrics_;
    std::vector<std::string> lines_;
    std::unique_ptr<Accounts> accounts_;
};

// --- coming in ---

TEST_F(AccountsOfPeople, WhoRegistersIsIn) {
    const auto tokens = registered();
    EXPECT_EQ(tokens.access_lifetime, 30min);
    const auto principal = who(tokens.access);
    EXPECT_EQ(principal.user.id, 1);
    EXPECT_EQ(principal.user.email, "ink@example.org");
    EXPECT_EQ(principal.user.full_name, "Ink");
    EXPECT_EQ(principal.owner(), Owner::user(1));
    EXPECT_TRUE(principal.user.password_hash.empty());
    EXPECT_FALSE(principal.is_admin());
    EXPECT_TRUE(principal.may("memory"));
    EXPECT_EQ(who(logged_in().access).user.id, 1);
}

TEST_F(AccountsOfPeople, AnEmailIsTakenOnceInWhateverCase) {
    registered("Ink@Example.org");
    const auto error =
        refusal(accounts_->register_user(" INK@example.ORG ", Secret(good_password), "", here));
    EXPECT_EQ(error.kind, ErrorKind::Conflict);
    EXPECT_EQ(error.message, "Email already registered");
    EXPECT_EQ(who(logged_in("iNK@eXAMPLE.org").access).user.email, "Ink@Example.org");
}

TEST_F(AccountsOfPeople, OfManyWhoRegisterAtOnceOneIsFirst) {
    int let_in = 0;
    int refused = 0;
    auto attempt = [](Accounts& accounts, int& in, int& out) -> awaitable<void> {
        try {
            co_await accounts.register_user("ink@example.org", Secret(good_password), "", here);
            ++in;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Conflict);
            ++out;
        }
    };
    std::vector<Task> tasks;
    for (int number = 0; number < 16; ++number) {
        tasks.emplace_back(context_.get_executor(), attempt(*accounts_, let_in, refused));
    }
    run_to_end(context_, join_all(tasks));
    EXPECT_EQ(let_in, 1);
    EXPECT_EQ(refused, 15);
}

TEST_F(AccountsOfPeople, RegistrationSaysWhatIsWrong) {
    const auto attempt = [&](std::string email, std::string password, std::string name) {
        const auto error = refusal(
            accounts_->register_user(std::move(email), Secret(std::move(password)), std::move(name), here));
        EXPECT_EQ(error.kind, ErrorKind::Unprocessable);
        return error.message;
    };
    EXPECT_EQ(attempt("", good_password, ""), "The e-mail address is empty.");
    EXPECT_EQ(attempt("ink", "short", ""), "A password has at least 8 characters.");
    EXPECT_EQ(attempt("ink", std::string(10'000'000, 'x'), ""), "A password has at most 1024 bytes.");
    EXPECT_EQ(attempt("ink", good_password, std::string(301, 'x')), "A name has at most 300 bytes.");
    EXPECT_EQ(attempt("ink", good_password, "a\nb"), "A name has no control characters.");
}

TEST_F(AccountsOfPeople, RegistrationCanBeClosed) {
    auto settings = settings_for_tests();
    settings.registration_open = false;
    open(settings);
    EXPECT_EQ(refusal(accounts_->register_user("ink", Secret(good_password), "", here)).kind,
              ErrorKind::Forbidden);
}

TEST_F(AccountsOfPeople, WhateverIsWrongTheAnswerIsTheSame) {
    registered();
    for (const auto& [email, password] :
         std::vector<std::pair<std::string, std::string>>{{"ink@example.org", "wrong horse"},
                                                          {"ink@example.org", ""},
                                                          {"nobody@example.org", good_password},
                                                          {"", good_password},
                                                          {"a\nb", good_password},
                                                          {std::string(100'000, 'x'), good_password},
                                                          {"' OR '1'='1", "' OR '1'='1"}}) {
        const auto error = log_in_refused(email, password);
        EXPECT_EQ(error.kind, ErrorKind::Unauthenticated);
        EXPECT_EQ(error.message, "Incorrect username or password");
    }
    result_of(people_.set_active(1, false));
    EXPECT_EQ(log_in_refused("ink@example.org", good_password).message, "Incorrect username or password");
}

TEST_F(AccountsOfPeople, APasswordLongerThanAnyIsRefusedUnhashed) {
    registered();
    const auto error = log_in_refused("ink@example.org", std::string(10'000'000, 'x'));
    EXPECT_EQ(error.kind, ErrorKind::Unprocessable);
    EXPECT_EQ(error.message, "A password has at most 1024 bytes.");
}

TEST_F(AccountsOfPeople, AStoreThatIsAwayIsNoWrongAnswer) {
    const auto tokens = registered();
    pass(1min);
    people_.reachable = false;
    EXPECT_EQ(log_in_refused("ink@example.org", good_password).kind, ErrorKind::Unavailable);
    EXPECT_EQ(log_in_refused("nobody@example.org", good_password).kind, ErrorKind::Unavailable);
    EXPECT_EQ(refusal(accounts_->authenticate(tokens.access)).kind, ErrorKind::Unavailable);
    EXPECT_EQ(refusal(accounts_->refresh(tokens.refresh, here)).kind, ErrorKind::Unavailable);
    people_.reachable = true;
    EXPECT_EQ(who(result_of(accounts_->refresh(tokens.refresh, here)).access).user.id, 1);
}

TEST_F(AccountsOfPeople, APasswordHashedAtAnotherCostIsHashedAgain) {
    const auto tokens = registered();
    auto dearer = settings_for_tests();
    dearer.password_passes = 3;
    open(dearer);
    logged_in();
    EXPECT_THAT(result_of(people_.find(1))->password_hash.reveal(), HasSubstr("t=3"));
    EXPECT_EQ(who(tokens.access).user.id, 1) << "which ends no token";
    logged_in();
}

TEST_F(AccountsOfPeople, AHashThatCannotBeReadLetsNobodyInAndIsTold) {
    registered();
    result_of(people_.renew_password_hash(1, result_of(people_.find(1))->password_hash,
                                          Secret("$2b$12$of bcrypt")));
    EXPECT_EQ(log_in_refused("ink@example.org", good_password).kind, ErrorKind::Unauthenticated);
    EXPECT_THAT(logged(), HasSubstr("set-password"));
}

// --- limits ---

TEST_F(AccountsOfPeople, AnAddressIsToldWhenToComeBack) {
    auto settings = settings_for_tests();
    settings.attempts_per_minute = 3;
    open(settings);
    registered();
    for (int attempt = 0; attempt < 3; ++attempt) {
        log_in_refused("nobody" + std::to_string(attempt), "wrong horse");
    }
    const auto error = log_in_refused("ink@example.org", good_password);
    EXPECT_EQ(error.kind, ErrorKind::TooMany);
    EXPECT_EQ(error.message, "Too many attempts. Please try again in 20 seconds.");
    EXPECT_EQ(error.come_back_in_seconds, 20);
    EXPECT_TRUE(
        result_of(accounts_->log_in("ink@example.org", Secret(good_password), "192.0.2.1")).access.size());
    pass(20s);
    logged_in();
}

TEST_F(AccountsOfPeople, AnEmailIsGuessedAtFromAllAddressesTogether) {
    auto settings = settings_for_tests();
    settings.attempts_per_minute = 3;
    open(settings);
    registered();
    for (int attempt = 0; attempt < 3; ++attempt) {
        refusal(accounts_->log_in("INK@example.org", Secret("wrong horse"),
                                  "192.0.2." + std::to_string(attempt)));
    }
    EXPECT_EQ(refusal(accounts_->log_in("ink@example.org", Secret("wrong horse"), "192.0.2.9")).kind,
              ErrorKind::TooMany);
}

TEST_F(AccountsOfPeople, AnAddressRegistersSoManyAndMistakesDoNotCount) {
    auto settings = settings_for_tests();
    settings.registrations_per_hour = 2;
    open(settings);
    for (int attempt = 0; attempt < 5; ++attempt) {
        refusal(accounts_->register_user("ink", Secret("short"), "", here));
    }
    registered("one");
    registered("two");
    const auto error = refusal(accounts_->register_user("three", Secret(good_password), "", here));
    EXPECT_EQ(error.kind, ErrorKind::TooMany);
    EXPECT_EQ(error.message, "Too many registrations. Please try again in 30 minutes.");
    EXPECT_EQ(error.come_back_in_seconds, 1800);
}

// --- tokens ---

TEST_F(AccountsOfPeople, ATokenLastsAsLongAsItSays) {
    const auto tokens = registered();
    pass(30min - 1s);
    who(tokens.access);
    pass(1s);
    expect_nobody(tokens.access);
}

TEST_F(AccountsOfPeople, ATokenOfTheOriginalIsOneOfTheFirstVersion) {
    registered("Ink@example.org");
    const auto original = token_with({.subject = "ink@example.org", .expires_at = seconds_now() + 60});
    EXPECT_EQ(who(original).user.id, 1);
    expect_nobody(token_with({.subject = "nobody@example.org", .expires_at = seconds_now() + 60}));
    expect_nobody(token_with({.subject = "a\nb", .expires_at = seconds_now() + 60}));
    done(accounts_->log_out_everywhere(1));
    expect_nobody(original);
}

TEST_F(AccountsOfPeople, ATokenIsOfOneUserWithOneEmail) {
    registered();
    registered("other@example.org");
    const auto good = seconds_now() + 60;
    expect_nobody(token_with({.subject = "ink@example.org", .expires_at = good, .version = 1, .user = 2}));
    expect_nobody(token_with({.subject = "ink@example.org", .expires_at = good, .version = 2, .user = 1}));
    expect_nobody(token_with({.subject = "ink@example.org", .expires_at = good, .version = 1, .user = 9}));
    expect_nobody(
        token_with({.subject = "ink@example.org", .expires_at = good, .issued_at = seconds_now() - 3600}));
    EXPECT_EQ(who(token_with({.subject = "ink@example.org", .expires_at = good, .user = 1})).user.id, 1);
}

TEST_F(AccountsOfPeople, WhatIsNoTokenLetsNobodyIn) {
    registered();
    for (const auto& token :
         {std::string(), std::string("rk_"), "rk_" + std::string(43, 'A'), "rt_" + std::string(43, 'A'),
          std::string("a.b.c"), std::string(10'000'000, 'x'), std::string("rk_\0'; --", 9)}) {
        expect_nobody(token);
    }
}

TEST_F(AccountsOfPeople, WhoIsSwitchedOffElsewhereIsOutInAMoment) {
    const auto tokens = registered();
    who(tokens.access);
    result_of(people_.set_active(1, false));
    pass(3s);
    expect_nobody(tokens.access);
    EXPECT_EQ(refusal(accounts_->refresh(tokens.refresh, here)).kind, ErrorKind::Unauthenticated);
}

TEST_F(AccountsOfPeople, WhatIsChangedHereCountsAtOnce) {
    const auto tokens = registered();
    who(tokens.access);
    result_of(people_.set_full_name(1, "Blot"));
    accounts_->notice_change(1);
    EXPECT_EQ(who(tokens.access).user.full_name, "Blot");
}

TEST_F(AccountsOfPeople, ARequestCostsNoQuestionEachTime) {
    const auto tokens = registered();
    for (int request = 0; request < 100; ++request) {
        who(tokens.access);
    }
    EXPECT_EQ(people_.questions, 1);
}

TEST_F(AccountsOfPeople, LoggingOutEverywhereEndsAllTokensAtOnce) {
    const auto one = registered();
    const auto two = logged_in();
    who(one.access);
    done(accounts_->log_out_everywhere(1));
    for (const auto& tokens : {one, two}) {
        expect_nobody(tokens.access);
        EXPECT_EQ(refusal(accounts_->refresh(tokens.refresh, here)).kind, ErrorKind::Unauthenticated);
    }
    who(logged_in().access);
}

// --- refreshing ---

TEST_F(AccountsOfPeople, ARefreshTokenDoesOnce) {
    const auto first = registered();
    pass(1h);
    expect_nobody(first.access);
    const auto second = result_of(accounts_->refresh(first.refresh, here));
    EXPECT_NE(second.refresh, first.refresh);
    EXPECT_EQ(who(second.access).user.id, 1);
    const auto third = result_of(accounts_->refresh(second.refresh, here));
    who(third.access);
}

TEST_F(AccountsOfPeople, ARefreshTokenThatComesTwiceEndsItsFamilyAndNoOther) {
    const auto first = registered();
    const auto other = logged_in();
    const auto second = result_of(accounts_->refresh(first.refresh, here));
    pass(10s);
    const auto error = refusal(accounts_->refresh(first.refresh, here));
    EXPECT_EQ(error.kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(error.message, "Could not validate credentials");
    EXPECT_EQ(refusal(accounts_->refresh(second.refresh, here)).kind, ErrorKind::Unauthenticated);
    result_of(accounts_->refresh(other.refresh, here));
    EXPECT_THAT(logged(), HasSubstr("came twice"));
}

TEST_F(AccountsOfPeople, ARefreshTokenThatComesTwiceAtOnceGetsTheSameAgain) {
    const auto first = registered();
    const auto second = result_of(accounts_->refresh(first.refresh, here));
    pass(9s);
    const auto again = result_of(accounts_->refresh(first.refresh, here));
    EXPECT_EQ(again.refresh, second.refresh) << "the family has one end";
    EXPECT_EQ(who(again.access).user.id, 1);
    EXPECT_THAT(logged(), Not(HasSubstr("came twice")));
    // The grace is counted from the first time.
    pass(1s);
    EXPECT_EQ(refusal(accounts_->refresh(first.refresh, here)).kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(refusal(accounts_->refresh(second.refresh, here)).kind, ErrorKind::Unauthenticated);
    EXPECT_THAT(logged(), HasSubstr("came twice"));
}

TEST_F(AccountsOfPeople, ARefreshTokenWhoseNextOneIsInUseDoesNoMore) {
    const auto first = registered();
    const auto second = result_of(accounts_->refresh(first.refresh, here));
    const auto third = result_of(accounts_->refresh(second.refresh, here));
    EXPECT_EQ(refusal(accounts_->refresh(first.refresh, here)).kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(refusal(accounts_->refresh(third.refresh, here)).kind, ErrorKind::Unauthenticated);
}

TEST_F(AccountsOfPeople, ARefreshTokenThatComesFromElsewhereAsWellEndsItsFamilyAtOnce) {
    const auto first = registered();
    const auto second = result_of(accounts_->refresh(first.refresh, here));
    EXPECT_EQ(refusal(accounts_->refresh(first.refresh, "203.0.113.9")).kind, ErrorKind::Unauthenticated);
    // And who came first gets nothing out of an ended one.
    EXPECT_EQ(refusal(accounts_->refresh(first.refresh, here)).kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(refusal(accounts_->refresh(second.refresh, here)).kind, ErrorKind::Unauthenticated);
}

TEST_F(AccountsOfPeople, ANewPasswordEndsTheGraceOfRefreshTokens) {
    const auto first = registered();
    result_of(accounts_->refresh(first.refresh, here));
    result_of(accounts_->change_password(1, Secret(good_password), Secret("battery staple"), here));
    EXPECT_EQ(refusal(accounts_->refresh(first.refresh, here)).kind, ErrorKind::Unauthenticated);
}

TEST_F(AccountsOfPeople, AnExchangeThatTheStoreCouldNotMakeIsMadeLater) {
    const auto first = registered();
    people_.reachable = false;
    EXPECT_EQ(refusal(accounts_->refresh(first.refresh, here)).kind, ErrorKind::Unavailable);
    people_.reachable = true;
    result_of(accounts_->refresh(first.refresh, here));
}

TEST(JustSpent, KnowsSoManyAndNoMore) {
    JustSpent just_spent;
    const TimePoint now{};
    for (std::size_t number = 0; number <= JustSpent::places; ++number) {
        just_spent.exchanged_for(std::to_string(number), here,
                                 {"rt_" + std::to_string(number), {.hash = "next " + std::to_string(number)}},
                                 now);
    }
    EXPECT_EQ(just_spent.exchanged_for("1", here, {"rt_new", {.hash = "new"}}, now).text, "rt_new")
        << "the eldest gave way";
    EXPECT_EQ(just_spent.exchanged_for("4096", here, {"rt_new", {}}, now).text, "rt_4096");
}

TEST_F(AccountsOfPeople, ARefreshTokenEndsByItself) {
    const auto tokens = registered();
    pass(24h * 30);
    EXPECT_EQ(refusal(accounts_->refresh(tokens.refresh, here)).kind, ErrorKind::Unauthenticated);
}

TEST_F(AccountsOfPeople, TheStoreSeesNoRefreshToken) {
    const auto tokens = registered();
    EXPECT_TRUE(people_.has_refresh_token(sha256_hex(tokens.refresh)));
    EXPECT_FALSE(people_.has_refresh_token(tokens.refresh));
}

TEST_F(AccountsOfPeople, GuessingRefreshTokensIsLimitedAndUsingThemIsNot) {
    auto settings = settings_for_tests();
    settings.attempts_per_minute = 3;
    open(settings);
    auto tokens = registered();
    for (int time = 0; time < 10; ++time) {
        tokens = result_of(accounts_->refresh(tokens.refresh, here));
    }
    for (int guess = 0; guess < 3; ++guess) {
        EXPECT_EQ(refusal(accounts_->refresh("rt_guess", here)).kind, ErrorKind::Unauthenticated);
    }
    EXPECT_EQ(refusal(accounts_->refresh("rt_guess", here)).kind, ErrorKind::TooMany);
}

// --- once in ---

TEST_F(AccountsOfPeople, ANewPasswordEndsWhatWasBefore) {
    const auto before = registered();
    who(before.access);
    const auto after =
        result_of(accounts_->change_password(1, Secret(good_password), Secret("battery staple"), here));
    expect_nobody(before.access);
    EXPECT_EQ(refusal(accounts_->refresh(before.refresh, here)).kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(who(after.access).user.id, 1);
    result_of(accounts_->refresh(after.refresh, here));
    EXPECT_EQ(log_in_refused("ink@example.org", good_password).kind, ErrorKind::Unauthenticated);
    result_of(accounts_->log_in("ink@example.org", Secret("battery staple"), here));
}

TEST_F(AccountsOfPeople, ANewPasswordNeedsTheOldOneAndHasToBeOne) {
    const auto tokens = registered();
    const auto wrong =
        refusal(accounts_->change_password(1, Secret("wrong horse"), Secret("battery staple"), here));
    EXPECT_EQ(wrong.kind, ErrorKind::Forbidden);
    EXPECT_EQ(wrong.message, "Incorrect password");
    EXPECT_EQ(refusal(accounts_->change_password(1, Secret(good_password), Secret("short"), here)).kind,
              ErrorKind::Unprocessable);
    EXPECT_EQ(
        refusal(accounts_->change_password(9, Secret(good_password), Secret("battery staple"), here)).kind,
        ErrorKind::Unauthenticated);
    who(tokens.access);
}

TEST_F(AccountsOfPeople, OfTwoNewPasswordsAtOnceOneCounts) {
    registered();
    int changed = 0;
    int conflicts = 0;
    auto attempt = [](Accounts& accounts, std::string password, int& done, int& late) -> awaitable<void> {
        try {
            co_await accounts.change_password(1, Secret(good_password), Secret(std::move(password)), here);
            ++done;
        } catch (const Failure& failure) {
            ++(failure.error().kind == ErrorKind::Conflict ? late : done);
        }
    };
    std::vector<Task> tasks;
    tasks.emplace_back(context_.get_executor(), attempt(*accounts_, "battery staple", changed, conflicts));
    tasks.emplace_back(context_.get_executor(), attempt(*accounts_, "staple battery", changed, conflicts));
    run_to_end(context_, join_all(tasks));
    EXPECT_EQ(changed, 1);
    EXPECT_EQ(conflicts, 1);
}

TEST_F(AccountsOfPeople, PasswordsAreNotGuessedByChangingThem) {
    auto settings = settings_for_tests();
    settings.attempts_per_minute = 3;
    open(settings);
    registered();
    for (int guess = 0; guess < 3; ++guess) {
        refusal(accounts_->change_password(1, Secret("wrong horse"), Secret("battery staple"), here));
    }
    EXPECT_EQ(refusal(accounts_->erase(1, Secret("wrong horse"), here)).kind, ErrorKind::TooMany);
}

TEST_F(AccountsOfPeople, ErasingLeavesNothing) {
    const auto tokens = registered();
    const auto key = result_of(accounts_->add_api_key(who(tokens.access), "speaker", {"chat"}));
    EXPECT_EQ(refusal(accounts_->erase(1, Secret("wrong horse"), here)).kind, ErrorKind::Forbidden);
    done(accounts_->erase(1, Secret(good_password), here));
    expect_nobody(tokens.access);
    expect_nobody(key.key);
    EXPECT_EQ(log_in_refused("ink@example.org", good_password).kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(who(registered().access).user.id, 2);
    expect_nobody(tokens.access);
}

// --- API keys ---

TEST_F(AccountsOfPeople, AKeyIsForWhatItIsFor) {
    const auto tokens = registered();
    const auto made =
        result_of(accounts_->add_api_key(who(tokens.access), "kitchen speaker", {"memory", "chat", "chat"}));
    EXPECT_EQ(made.key.size(), 46U);
    EXPECT_TRUE(made.key.starts_with("rk_"));
    EXPECT_EQ(made.record.name, "kitchen speaker");
    EXPECT_EQ(made.record.tail, made.key.substr(42));
    EXPECT_EQ(made.record.hash, sha256_hex(made.key));
    EXPECT_THAT(made.record.scopes, testing::ElementsAre("chat", "memory"));
    const auto principal = who(made.key);
    EXPECT_TRUE(principal.by_api_key);
    EXPECT_EQ(principal.owner(), Owner::user(1));
    EXPECT_TRUE(principal.may("chat"));
    EXPECT_FALSE(principal.may("history"));
    EXPECT_FALSE(principal.may("account"));
    result_of(people_.erase_api_key(1, made.record.id));
    expect_nobody(made.key);
}

TEST_F(AccountsOfPeople, AKeyEndsWithItsUserAndNotWithTheirTokens) {
    const auto tokens = registered();
    const auto made = result_of(accounts_->add_api_key(who(tokens.access), "speaker", {"chat"}));
    done(accounts_->log_out_everywhere(1));
    who(made.key);
    result_of(people_.set_active(1, false));
    accounts_->notice_change(1);
    expect_nobody(made.key);
}

TEST_F(AccountsOfPeople, TheUseOfAKeyIsNotedOnceAMinute) {
    const auto tokens = registered();
    const auto made = result_of(accounts_->add_api_key(who(tokens.access), "speaker", {"chat"}));
    for (int request = 0; request < 10; ++request) {
        who(made.key);
    }
    EXPECT_EQ(people_.noted_uses, 1);
    EXPECT_EQ(people_.keys().begin()->second.last_used_at_ms, seconds_now() * 1000);
    pass(1min);
    who(made.key);
    EXPECT_EQ(people_.noted_uses, 2);
}

TEST_F(AccountsOfPeople, WhatCannotBeAKeyIsRefused) {
    const auto principal = who(registered().access);
    const auto attempt = [&](std::string name, std::vector<std::string> wanted) {
        return refusal(accounts_->add_api_key(principal, std::move(name), std::move(wanted)));
    };
    EXPECT_EQ(attempt("speaker", {}).kind, ErrorKind::Unprocessable);
    EXPECT_EQ(attempt("speaker", {"chat", "everything"}).kind, ErrorKind::Unprocessable);
    EXPECT_EQ(attempt(" ", {"chat"}).kind, ErrorKind::Unprocessable);
    EXPECT_EQ(attempt(std::string(101, 'x'), {"chat"}).kind, ErrorKind::Unprocessable);
    EXPECT_EQ(attempt("speaker", {"metrics"}).kind, ErrorKind::Forbidden);
    auto by_key = principal;
    by_key.by_api_key = true;
    EXPECT_EQ(refusal(accounts_->add_api_key(by_key, "speaker", {"chat"})).kind, ErrorKind::Forbidden);
    auto admin = principal;
    admin.user.role = stores::UserRole::Admin;
    result_of(accounts_->add_api_key(admin, "speaker", {"metrics"}));
}

TEST_F(AccountsOfPeople, SoManyKeysAndNoMore) {
    const auto principal = who(registered().access);
    for (std::size_t number = 0; number < most_api_keys; ++number) {
        result_of(accounts_->add_api_key(principal, "speaker", {"chat"}));
    }
    EXPECT_EQ(refusal(accounts_->add_api_key(principal, "speaker", {"chat"})).kind, ErrorKind::Unprocessable);
    EXPECT_EQ(people_.keys().size(), most_api_keys);
}

// --- the rest ---

TEST_F(AccountsOfPeople, SealedKeysOpenForTheirUser) {
    const auto sealed = accounts_->seal(Secret("sk-of-a-provider"), "user/1/openai");
    EXPECT_EQ(accounts_->open(sealed, "user/1/openai")->reveal(), "sk-of-a-provider");
    EXPECT_FALSE(accounts_->open(sealed, "user/2/openai"));
}

TEST_F(AccountsOfPeople, TheLogKnowsNumbersAndNoNames) {
    const auto tokens = registered();
    const auto key = result_of(accounts_->add_api_key(who(tokens.access), "speaker", {"chat"}));
    log_in_refused("ink@example.org", "wrong horse");
    log_in_refused("nobody@example.org", "wrong horse");
    result_of(accounts_->refresh(tokens.refresh, here));
    pass(10s);
    refusal(accounts_->refresh(tokens.refresh, here));
    result_of(accounts_->change_password(1, Secret(good_password), Secret("battery staple"), here));
    done(accounts_->log_out_everywhere(1));
    done(accounts_->erase(1, Secret("battery staple"), here));
    EXPECT_THAT(logged(), HasSubstr("user=1"));
    for (const auto& secret : {std::string("example.org"), tokens.access, tokens.refresh, key.key,
                               std::string("horse"), std::string("staple"), std::string("127.0.0.1")}) {
        EXPECT_THAT(logged(), testing::Not(HasSubstr(secret)));
    }
}

TEST_F(AccountsOfPeople, AttemptsAreCountedByHowTheyEnd) {
    registered();
    logged_in();
    log_in_refused("ink@example.org", "wrong horse");
    people_.reachable = false;
    log_in_refused("ink@example.org", good_password);
    const auto counted = metrics_.text();
    EXPECT_THAT(counted, HasSubstr(R"(repartee_registrations_total{outcome="let_in"} 1)"));
    EXPECT_THAT(counted, HasSubstr(R"(repartee_logins_total{outcome="let_in"} 1)"));
    EXPECT_THAT(counted, HasSubstr(R"(repartee_logins_total{outcome="refused"} 1)"));
    EXPECT_THAT(counted, HasSubstr(R"(repartee_logins_total{outcome="failed"} 1)"));
    EXPECT_THAT(counted, HasSubstr("repartee_password_hash_seconds_count 3"));
}

}  // namespace
}  // namespace repartee::accounts
