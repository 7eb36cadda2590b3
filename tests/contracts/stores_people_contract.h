// What every database must do for people: stores/people.h as tests. See stores_house.h.
#pragma once

#include "stores_house.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace repartee::stores {

class PeopleContract : public DatabaseTrial {
protected:
    People& people() { return database->people(); }

    static ApiKey api_key(UserId user, const std::string& id) {
        return {.id = id,
                .user = user,
                .name = "kitchen speaker",
                .hash = "hash of " + id,
                .tail = "1234",
                .scopes = {"chat", "memory"},
                .created_at_ms = noon_ms};
    }
    static RefreshToken token(UserId user, const std::string& hash, const std::string& family) {
        return {.hash = hash,
                .family = family,
                .user = user,
                .token_version = 1,
                .expires_at_ms = noon_ms + 1000};
    }
    People::Exchange outcome_of(const std::string& hash, const RefreshToken& next,
                                std::int64_t now_ms = noon_ms) {
        return run(people().exchange(hash, next, now_ms)).outcome;
    }
};

TEST_P(PeopleContract, AUserIsFoundByIdAndByEmail) {
    auto told = new_user("ink@example.com");
    told.email = "Ink@Example.com";
    told.role = UserRole::Admin;
    const auto user = run(people().add(told));
    ASSERT_TRUE(user);
    EXPECT_EQ(user->id, 1);
    for (const auto& found : {run(people().find(user->id)), run(people().find_by_email("ink@example.com"))}) {
        ASSERT_TRUE(found);
        EXPECT_EQ(found->id, user->id);
        EXPECT_EQ(found->email, "Ink@Example.com");
        EXPECT_EQ(found->full_name, "Somebody");
        EXPECT_EQ(found->password_hash.reveal(), "$argon2id$v=19$hash");
        EXPECT_EQ(found->role, UserRole::Admin);
        EXPECT_TRUE(found->is_active);
        EXPECT_EQ(found->token_version, 1);
        EXPECT_EQ(found->created_at_ms, noon_ms);
    }
    EXPECT_FALSE(run(people().find(77)));
    EXPECT_FALSE(run(people().find(-1)));
    EXPECT_FALSE(run(people().find_by_email("Ink@Example.com")));
}

TEST_P(PeopleContract, AnEmailIsTakenOnce) {
    const auto first = add_user("ink@example.com");
    auto second = new_user("ink@example.com");
    second.creation_id = "another";
    EXPECT_FALSE(run(people().add(second)));
    EXPECT_EQ(run(people().find_by_email("ink@example.com"))->full_name, first.full_name);
}

TEST_P(PeopleContract, ARegistrationThatIsRepeatedIsTheSame) {
    const auto once = add_user("ink@example.com");
    const auto twice = add_user("ink@example.com");
    EXPECT_EQ(once.id, twice.id);
    EXPECT_EQ(run(people().list(0, 10)).size(), 1U);
}

TEST_P(PeopleContract, OfManyWhoRegisterOneEmailAtOnceExactlyOneWins) {
    auto other = trial->open(house.surroundings());
    std::vector<awaitable<std::optional<User>>> attempts;
    for (int attempt = 0; attempt < 40; ++attempt) {
        auto user = new_user("ink@example.com");
        user.creation_id = std::to_string(attempt);
        auto& through = attempt % 2 == 0 ? people() : other->people();
        attempts.push_back(through.add(user));
    }
    int winners = 0;
    for (const auto& result : run_all(std::move(attempts))) {
        ASSERT_TRUE(result) << result.error().message;
        winners += result->has_value() ? 1 : 0;
    }
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(run(people().list(0, 10)).size(), 1U);
}

TEST_P(PeopleContract, AnIdIsNeverGivenOutAgain) {
    const auto first = add_user("first@example.com");
    EXPECT_TRUE(run(people().erase(first.id)));
    EXPECT_FALSE(run(people().find(first.id)));
    EXPECT_FALSE(run(people().erase(first.id)));
    open_anew();
    EXPECT_GT(add_user("second@example.com").id, first.id);
}

TEST_P(PeopleContract, AllAreListedInOrder) {
    std::vector<UserId> ids;
    for (int number = 0; number < 5; ++number) {
        ids.push_back(add_user(std::to_string(number) + "@example.com").id);
    }
    std::vector<UserId> listed;
    for (UserId after = 0;;) {
        const auto page = run(people().list(after, 2));
        if (page.empty()) {
            break;
        }
        EXPECT_LE(page.size(), 2U);
        for (const auto& user : page) {
            listed.push_back(user.id);
        }
        after = page.back().id;
    }
    EXPECT_EQ(listed, ids);
    EXPECT_TRUE(run(people().list(0, 0)).empty());
}

TEST_P(PeopleContract, APasswordIsSetByWhoKnowsTheTokenVersion) {
    const auto user = add_user("ink@example.com");
    for (int time = 0; time < 2; ++time) {  // the second is a repetition
        EXPECT_TRUE(run(people().set_password(user.id, Secret("second"), 2)));
        const auto now = run(people().find(user.id));
        EXPECT_EQ(now->password_hash.reveal(), "second");
        EXPECT_EQ(now->token_version, 2);
    }
    EXPECT_FALSE(run(people().set_password(user.id, Secret("third"), 2)));
    EXPECT_FALSE(run(people().set_password(user.id, Secret("third"), 4)));
    EXPECT_FALSE(run(people().set_password(77, Secret("third"), 2)));
    EXPECT_EQ(run(people().find(user.id))->password_hash.reveal(), "second");
}

TEST_P(PeopleContract, OfManyWhoSetAPasswordAtOnceOneWins) {
    const auto user = add_user("ink@example.com");
    std::vector<awaitable<bool>> attempts;
    for (int attempt = 0; attempt < 20; ++attempt) {
        attempts.push_back(people().set_password(user.id, Secret(std::to_string(attempt)), 2));
    }
    const auto results = run_all(std::move(attempts));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& result) { return result && *result; }), 1);
    EXPECT_EQ(run(people().find(user.id))->token_version, 2);
}

TEST_P(PeopleContract, AHashIsRenewedWithoutEndingTokens) {
    const auto user = add_user("ink@example.com");
    const auto present = user.password_hash;
    EXPECT_FALSE(run(people().renew_password_hash(user.id, Secret("wrong"), Secret("next"))));
    EXPECT_TRUE(run(people().renew_password_hash(user.id, present, Secret("next"))));
    EXPECT_TRUE(run(people().renew_password_hash(user.id, present, Secret("next"))));  // repeated
    const auto now = run(people().find(user.id));
    EXPECT_EQ(now->password_hash.reveal(), "next");
    EXPECT_EQ(now->token_version, user.token_version);
}

TEST_P(PeopleContract, WhatIsKnownOfAUserCanBeChanged) {
    const auto user = add_user("ink@example.com");
    const auto other = add_user("other@example.com");
    EXPECT_TRUE(run(people().set_token_version(user.id, 2)));
    EXPECT_TRUE(run(people().set_token_version(user.id, 2)));  // repeated
    EXPECT_FALSE(run(people().set_token_version(user.id, 1)));
    EXPECT_TRUE(run(people().set_full_name(user.id, "Robert'); DROP TABLE users;--")));
    EXPECT_TRUE(run(people().set_role(user.id, UserRole::Admin)));
    EXPECT_TRUE(run(people().set_active(user.id, false)));
    const auto now = run(people().find(user.id));
    EXPECT_EQ(now->token_version, 2);
    EXPECT_EQ(now->full_name, "Robert'); DROP TABLE users;--");
    EXPECT_EQ(now->role, UserRole::Admin);
    EXPECT_FALSE(now->is_active);

    const auto untouched = run(people().find(other.id));
    EXPECT_EQ(untouched->full_name, other.full_name);
    EXPECT_EQ(untouched->role, UserRole::User);
    EXPECT_TRUE(untouched->is_active);
    EXPECT_FALSE(run(people().set_token_version(77, 2)));
    EXPECT_FALSE(run(people().set_full_name(77, "Nobody")));
    EXPECT_FALSE(run(people().set_role(77, UserRole::Admin)));
    EXPECT_FALSE(run(people().set_active(77, true)));
}

TEST_P(PeopleContract, AProfileIsThereFromTheBeginning) {
    const auto user = add_user("ink@example.com");
    const auto other = add_user("other@example.com");
    EXPECT_EQ(run(people().profile(user.id)).persona_name, "Assistant");
    Profile profile{.persona_name = "Pip",
                    .persona_style = "cheerful",
                    .voice_id = "slt",
                    .voice_speed = 1.25,
                    .language = "de-AT",
                    .allowed_skills = {"weather", "a \"quoted\" one"},
                    .sealed_provider_keys = {{"openai", "sealed=="}, {"gemini", "{}"}}};
    run(people().save(user.id, profile));
    run(people().save(user.id, profile));
    const auto saved = run(people().profile(user.id));
    EXPECT_EQ(saved.persona_name, "Pip");
    EXPECT_EQ(saved.persona_style, "cheerful");
    EXPECT_EQ(saved.voice_id, "slt");
    EXPECT_EQ(saved.voice_speed, 1.25);
    EXPECT_EQ(saved.language, "de-AT");
    EXPECT_EQ(saved.allowed_skills, profile.allowed_skills);
    EXPECT_EQ(saved.sealed_provider_keys, profile.sealed_provider_keys);

    profile.voice_speed = 1;
    profile.allowed_skills.clear();
    profile.sealed_provider_keys.clear();
    run(people().save(user.id, profile));
    EXPECT_EQ(run(people().profile(user.id)).voice_speed, 1.0);
    EXPECT_TRUE(run(people().profile(user.id)).allowed_skills.empty());
    EXPECT_TRUE(run(people().profile(user.id)).sealed_provider_keys.empty());
    EXPECT_EQ(run(people().profile(other.id)).persona_name, "Assistant");
    EXPECT_EQ(house.failure_of(people().save(77, profile)), ErrorKind::NotFound);
}

TEST_P(PeopleContract, ChangesOfAProfileAtOnceDoNotUndoEachOther) {
    const auto user = add_user("ink@example.com");
    constexpr int changes = 20;
    std::vector<awaitable<Profile>> at_once;
    for (int number = 0; number < changes; ++number) {
        auto change = [number](Profile& profile) {
            profile.sealed_provider_keys["key" + std::to_string(number)] = "sealed";
            profile.voice_speed += 1;
        };
        at_once.push_back(people().change_profile(user.id, std::move(change)));
    }
    for (const auto& changed : run_all(std::move(at_once))) {
        EXPECT_TRUE(changed);
    }
    const auto profile = run(people().profile(user.id));
    EXPECT_EQ(profile.sealed_provider_keys.size(), static_cast<std::size_t>(changes));
    EXPECT_EQ(profile.voice_speed, 1.0 + changes);
    EXPECT_EQ(profile.persona_name, "Assistant");
}

TEST_P(PeopleContract, AChangeOfAProfileThatFailsChangesNothing) {
    const auto user = add_user("ink@example.com");
    run(people().save(user.id, Profile{.persona_name = "Pip"}));
    const auto refuse = [](Profile& profile) {
        profile.persona_name = "Nobody";
        throw Failure(ErrorKind::Unprocessable, "no");
    };
    EXPECT_EQ(house.failure_of(people().change_profile(user.id, refuse)), ErrorKind::Unprocessable);
    EXPECT_EQ(run(people().profile(user.id)).persona_name, "Pip");
    const auto rename = [](Profile& profile) { profile.persona_name = "Ink"; };
    EXPECT_EQ(run(people().change_profile(user.id, rename)).persona_name, "Ink");
    EXPECT_EQ(house.failure_of(people().change_profile(77, rename)), ErrorKind::NotFound);
}

TEST_P(PeopleContract, KeysAreTheirUsers) {
    const auto user = add_user("ink@example.com");
    const auto other = add_user("other@example.com");
    run(people().add(api_key(user.id, "a")));
    run(people().add(api_key(user.id, "a")));  // repeated
    run(people().add(api_key(user.id, "b")));
    EXPECT_EQ(run(people().api_keys(user.id)).size(), 2U);
    EXPECT_TRUE(run(people().api_keys(other.id)).empty());

    const auto found = run(people().find_api_key("hash of a"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "a");
    EXPECT_EQ(found->user, user.id);
    EXPECT_EQ(found->name, "kitchen speaker");
    EXPECT_EQ(found->tail, "1234");
    EXPECT_EQ(found->scopes, (std::vector<std::string>{"chat", "memory"}));
    EXPECT_EQ(found->last_used_at_ms, 0);
    EXPECT_FALSE(run(people().find_api_key("hash of c")));

    EXPECT_FALSE(run(people().erase_api_key(other.id, "a")));
    EXPECT_TRUE(run(people().find_api_key("hash of a")));
    EXPECT_TRUE(run(people().erase_api_key(user.id, "a")));
    EXPECT_FALSE(run(people().find_api_key("hash of a")));
    EXPECT_EQ(house.failure_of(people().add(api_key(77, "d"))), ErrorKind::NotFound);
}

TEST_P(PeopleContract, TheUseOfAKeyIsNotedToTheMinute) {
    const auto user = add_user("ink@example.com");
    run(people().add(api_key(user.id, "a")));
    const auto used_at = [&] { return run(people().find_api_key("hash of a"))->last_used_at_ms; };
    run(people().note_use("a", noon_ms + 30'000));
    EXPECT_LE(used_at(), noon_ms + 30'000);
    EXPECT_GT(used_at(), noon_ms - 60'000);
    const auto first = used_at();
    run(people().note_use("a", first + 59'000));
    EXPECT_EQ(used_at(), first);
    run(people().note_use("a", first + 60'000));
    EXPECT_EQ(used_at(), first + 60'000);
    run(people().note_use("a", first));
    EXPECT_EQ(used_at(), first + 60'000);
    run(people().note_use("nobody's", noon_ms));
}

TEST_P(PeopleContract, ARefreshTokenIsExchangedOnce) {
    const auto user = add_user("ink@example.com");
    run(people().add(token(user.id, "one", "family")));
    run(people().add(token(user.id, "one", "family")));  // repeated
    const auto exchanged = run(people().exchange("one", token(0, "two", ""), noon_ms));
    EXPECT_EQ(exchanged.outcome, People::Exchange::Done);
    EXPECT_EQ(exchanged.spent.user, user.id);
    EXPECT_EQ(exchanged.spent.family, "family");
    EXPECT_EQ(exchanged.spent.token_version, 1);
    EXPECT_EQ(exchanged.spent.hash, "one");

    EXPECT_EQ(outcome_of("one", token(0, "two", "")), People::Exchange::Done);  // repeated
    const auto next = run(people().exchange("two", token(0, "three", ""), noon_ms));
    EXPECT_EQ(next.outcome, People::Exchange::Done);
    EXPECT_EQ(next.spent.user, user.id);
    EXPECT_EQ(next.spent.family, "family");
    EXPECT_EQ(next.spent.token_version, 1);
    EXPECT_EQ(outcome_of("never seen", token(0, "four", "")), People::Exchange::Unknown);
}

TEST_P(PeopleContract, ARefreshTokenThatComesAgainEndsItsFamily) {
    const auto user = add_user("ink@example.com");
    run(people().add(token(user.id, "one", "family")));
    run(people().add(token(user.id, "other", "another family")));
    EXPECT_EQ(outcome_of("one", token(0, "two", "")), People::Exchange::Done);
    EXPECT_EQ(outcome_of("one", token(0, "stolen", "")), People::Exchange::SpentBefore);
    EXPECT_EQ(outcome_of("two", token(0, "three", "")), People::Exchange::SpentBefore);
    EXPECT_EQ(outcome_of("stolen", token(0, "four", "")), People::Exchange::Unknown);
    EXPECT_EQ(outcome_of("one", token(0, "two", "")), People::Exchange::SpentBefore);
    EXPECT_EQ(outcome_of("other", token(0, "next", "")), People::Exchange::Done);
}

TEST_P(PeopleContract, OfManyWhoExchangeATokenAtOnceAtMostOneGoesOn) {
    const auto user = add_user("ink@example.com");
    run(people().add(token(user.id, "one", "family")));
    auto other = trial->open(house.surroundings());
    std::vector<awaitable<People::Exchanged>> attempts;
    for (int attempt = 0; attempt < 20; ++attempt) {
        auto& through = attempt % 2 == 0 ? people() : other->people();
        attempts.push_back(through.exchange("one", token(0, "two" + std::to_string(attempt), ""), noon_ms));
    }
    int done = 0;
    for (const auto& result : run_all(std::move(attempts))) {
        ASSERT_TRUE(result) << result.error().message;
        done += result->outcome == People::Exchange::Done ? 1 : 0;
        EXPECT_NE(result->outcome, People::Exchange::Unknown);
    }
    EXPECT_EQ(done, 1);
    // And the family has ended: whoever it was who won.
    for (int attempt = 0; attempt < 20; ++attempt) {
        EXPECT_NE(outcome_of("two" + std::to_string(attempt), token(0, "three", "")), People::Exchange::Done);
    }
}

TEST_P(PeopleContract, RefreshTokensExpire) {
    const auto user = add_user("ink@example.com");
    auto lasting = token(user.id, "lasting", "lasting");
    lasting.expires_at_ms = noon_ms + 100'000;
    run(people().add(token(user.id, "one", "family")));
    run(people().add(lasting));
    EXPECT_EQ(outcome_of("one", token(0, "two", ""), noon_ms + 1000), People::Exchange::Unknown);
    run(people().erase_expired(noon_ms + 999));
    EXPECT_EQ(outcome_of("one", token(0, "two", ""), noon_ms), People::Exchange::Done);
    run(people().erase_expired(noon_ms + 1000));
    EXPECT_EQ(outcome_of("one", token(0, "two", ""), noon_ms), People::Exchange::Unknown);
    EXPECT_EQ(outcome_of("lasting", token(0, "more", "")), People::Exchange::Done);
}

TEST_P(PeopleContract, WhatIsSpentIsRememberedAsLongAsItsSuccessorsLive) {
    const auto user = add_user("ink@example.com");
    auto first = token(user.id, "one", "family");
    first.expires_at_ms = noon_ms + 10'000;
    run(people().add(first));
    EXPECT_EQ(outcome_of("one", token(0, "two", "")), People::Exchange::Done);  // which expires earlier
    run(people().erase_expired(noon_ms + 5'000));
    EXPECT_EQ(outcome_of("one", token(0, "stolen", ""), noon_ms + 5'000), People::Exchange::SpentBefore);
}

TEST_P(PeopleContract, AnErasedUserLeavesNothing) {
    const auto user = add_user("ink@example.com");
    const auto other = add_user("other@example.com");
    for (const auto& owner : {user, other}) {
        const auto tag = std::to_string(owner.id);
        run(people().save(owner.id, Profile{.persona_name = "Pip"}));
        run(people().add(api_key(owner.id, "key" + tag)));
        run(people().add(token(owner.id, "token" + tag, "family" + tag)));
        std::vector<NewMessage> exchange{{.id = "m" + tag, .role = Role::User, .text = "hello"}};
        run(database->history().append(owner.id, "session", "conversation" + tag, "hello", exchange,
                                       noon_ms));
        std::vector<NewMemory> memories{
            {.memory = {.id = "memory" + tag, .text = "has a cat"}, .vector = {1, 0}}};
        run(database->memories().add(Owner::user(owner.id), "test", memories));
    }
    EXPECT_TRUE(run(people().erase(user.id)));
    EXPECT_FALSE(run(people().find_by_email("ink@example.com")));
    EXPECT_EQ(run(people().profile(user.id)).persona_name, "Assistant");
    EXPECT_TRUE(run(people().api_keys(user.id)).empty());
    EXPECT_FALSE(run(people().find_api_key("hash of key" + std::to_string(user.id))));
    EXPECT_EQ(outcome_of("token" + std::to_string(user.id), token(0, "next", "")), People::Exchange::Unknown);
    EXPECT_TRUE(run(database->history().conversations(user.id, "", 10, 0, "")).empty());
    EXPECT_EQ(run(database->memories().count(Owner::user(user.id))), 0U);
    EXPECT_TRUE(run(database->memories().search(Owner::user(user.id), "test", {1, 0}, 10, 0)).empty());

    EXPECT_EQ(run(people().profile(other.id)).persona_name, "Pip");
    EXPECT_EQ(run(people().api_keys(other.id)).size(), 1U);
    EXPECT_EQ(run(database->history().conversations(other.id, "", 10, 0, "")).size(), 1U);
    EXPECT_EQ(run(database->memories().count(Owner::user(other.id))), 1U);
    EXPECT_EQ(outcome_of("token" + std::to_string(other.id), token(0, "next", "")), People::Exchange::Done);
    EXPECT_TRUE(run(people().add(new_user("ink@example.com"))));  // the address is free again
}

TEST_P(PeopleContract, TakesEveryTextByTheLetter) {
    for (const auto& text : hostile_texts()) {
        auto told = new_user(text);
        told.full_name = text;
        told.password_hash = Secret(text);
        const auto user = run(people().add(told));
        ASSERT_TRUE(user) << text;
        const auto found = run(people().find_by_email(text));
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(found->id, user->id);
        EXPECT_EQ(found->email, text);
        EXPECT_EQ(found->full_name, text);
        EXPECT_EQ(found->password_hash.reveal(), text);
        EXPECT_FALSE(run(people().find_api_key(text)));
        run(people().save(
            user->id,
            Profile{.persona_name = text, .allowed_skills = {text}, .sealed_provider_keys = {{text, text}}}));
        const auto profile = run(people().profile(user->id));
        EXPECT_EQ(profile.persona_name, text);
        EXPECT_EQ(profile.allowed_skills, std::vector<std::string>{text});
        EXPECT_EQ(profile.sealed_provider_keys.at(text), text);
    }
    EXPECT_EQ(run(people().list(0, 100)).size(), hostile_texts().size());
}

TEST_P(PeopleContract, RefusesWhatIsNoText) {
    for (const std::string& text : {std::string("a\0b", 3), std::string("\xFF"), std::string("caf\xC3")}) {
        auto told = new_user("ink@example.com");
        told.full_name = text;
        EXPECT_EQ(house.failure_of(people().add(told)), ErrorKind::Unprocessable);
        EXPECT_EQ(house.failure_of(people().find_by_email(text)), ErrorKind::Unprocessable);
    }
    EXPECT_TRUE(run(people().list(0, 10)).empty());
}

}  // namespace repartee::stores
