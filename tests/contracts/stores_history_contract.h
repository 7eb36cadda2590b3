// What every database must do for history: stores/history.h as tests. See stores_house.h.
#pragma once

#include "stores_house.h"

#include <gmock/gmock.h>

#include <set>

namespace repartee::stores {

class HistoryContract : public DatabaseTrial {
protected:
    History& history() { return database->history(); }

    static std::vector<NewMessage> exchange(const std::string& id, const std::string& said = "hello",
                                            const std::string& answer = "good day") {
        return {
            {.id = id + "/user", .role = Role::User, .text = said},
            {.id = id + "/agent", .role = Role::Assistant, .text = answer, .action = R"({"name":"call"})"}};
    }
    History::Appended append(UserId user, const std::string& session, const std::string& id,
                             const std::string& said = "hello", std::int64_t at_ms = noon_ms) {
        return run(history().append(user, session, "conversation/" + std::to_string(user) + "/" + session,
                                    said, exchange(id, said), at_ms));
    }
    std::vector<StoredConversation> all_of(UserId user, const std::string& query = "") {
        return run(history().conversations(user, query, 100, 0, ""));
    }
    std::vector<std::string> titles_of(UserId user, const std::string& query) {
        std::vector<std::string> titles;
        for (const auto& conversation : all_of(user, query)) {
            titles.push_back(conversation.title);
        }
        return titles;
    }

    const UserId ink = add_user("ink@example.com").id;
    const UserId other = add_user("other@example.com").id;
};

TEST_P(HistoryContract, AnExchangeBeginsAConversation) {
    const auto appended = append(ink, "session", "first", "hello there");
    EXPECT_EQ(appended.position, 2);
    const auto found = run(history().find(ink, appended.conversation));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, appended.conversation);
    EXPECT_EQ(found->session_key, "session");
    EXPECT_EQ(found->title, "hello there");
    EXPECT_EQ(found->summary, "");
    EXPECT_EQ(found->summarised, 0);
    EXPECT_EQ(found->messages, 2);
    EXPECT_EQ(found->created_at_ms, noon_ms);
    EXPECT_EQ(found->updated_at_ms, noon_ms);
    EXPECT_EQ(run(history().standing(ink, "session")).conversation->id, appended.conversation);

    const auto messages = run(history().messages(ink, appended.conversation, 0, 10));
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].id, "first/user");
    EXPECT_EQ(messages[0].position, 1);
    EXPECT_EQ(messages[0].role, Role::User);
    EXPECT_EQ(messages[0].text, "hello there");
    EXPECT_EQ(messages[0].action, "");
    EXPECT_EQ(messages[0].created_at_ms, noon_ms);
    EXPECT_EQ(messages[1].role, Role::Assistant);
    EXPECT_EQ(messages[1].position, 2);
    EXPECT_EQ(messages[1].action, R"({"name":"call"})");
}

TEST_P(HistoryContract, TheNextExchangeGoesBehindIt) {
    const auto first = append(ink, "session", "first", "one");
    const auto second = append(ink, "session", "second", "two", noon_ms + 5);
    EXPECT_EQ(second.conversation, first.conversation);
    EXPECT_EQ(second.position, 4);
    const auto found = run(history().find(ink, first.conversation));
    EXPECT_EQ(found->title, "one");
    EXPECT_EQ(found->messages, 4);
    EXPECT_EQ(found->created_at_ms, noon_ms);
    EXPECT_EQ(found->updated_at_ms, noon_ms + 5);
    EXPECT_NE(append(ink, "another session", "third").conversation, first.conversation);
}

TEST_P(HistoryContract, AnExchangeThatIsRepeatedIsThereOnce) {
    append(ink, "session", "first");
    for (int time = 0; time < 3; ++time) {
        EXPECT_EQ(append(ink, "session", "second").position, 4);
    }
    append(ink, "session", "third");
    EXPECT_EQ(append(ink, "session", "second").position, 4);  // late, behind another
    EXPECT_EQ(run(history().latest(ink, "session", 100)).size(), 6U);
}

TEST_P(HistoryContract, AnExchangeIsThereWholeOrNotAtAll) {
    auto broken = exchange("first");
    broken[1].text = std::string("caf\xC3");
    EXPECT_EQ(house.failure_of(history().append(ink, "session", "c", "hello", broken, noon_ms)),
              ErrorKind::Unprocessable);
    EXPECT_TRUE(all_of(ink).empty());
    EXPECT_EQ(append(ink, "session", "first").position, 2);
}

TEST_P(HistoryContract, LongExchangesKeepTheirOrder) {
    std::vector<NewMessage> told;
    for (int number = 0; number < 250; ++number) {
        told.push_back({.id = std::to_string(number), .text = "text " + std::to_string(number)});
    }
    EXPECT_EQ(run(history().append(ink, "session", "c", "long", told, noon_ms)).position, 250);
    const auto messages = run(history().messages(ink, "c", 0, 1000));
    ASSERT_EQ(messages.size(), told.size());
    for (std::size_t at = 0; at < told.size(); ++at) {
        EXPECT_EQ(messages[at].id, told[at].id);
        EXPECT_EQ(messages[at].position, static_cast<std::int64_t>(at + 1));
    }
    EXPECT_EQ(run(history().append(ink, "session", "c", "long", {}, noon_ms)).position, 250);
}

TEST_P(HistoryContract, ManyWhoAppendAtOnceLeaveNoGapsAndNothingTwice) {
    constexpr int writers = 100;
    auto second_server = trial->open(house.surroundings());
    std::vector<awaitable<History::Appended>> appends;
    for (int writer = 0; writer < writers; ++writer) {
        auto& through = writer % 2 == 0 ? history() : second_server->history();
        // Each would begin the conversation, under an id of its own; every fifth comes twice.
        for (int time = 0; time < (writer % 5 == 0 ? 2 : 1); ++time) {
            appends.push_back(through.append(ink, "session", "c" + std::to_string(writer), "title",
                                             exchange(std::to_string(writer)), noon_ms + writer));
        }
    }
    std::set<std::string> conversations;
    for (const auto& result : run_all(std::move(appends))) {
        ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
        conversations.insert(result->conversation);
    }
    ASSERT_EQ(conversations.size(), 1U);
    const auto messages = run(history().messages(ink, *conversations.begin(), 0, 1000));
    ASSERT_EQ(messages.size(), std::size_t{2 * writers});
    std::set<std::string> ids;
    for (std::size_t at = 0; at < messages.size(); ++at) {
        EXPECT_EQ(messages[at].position, static_cast<std::int64_t>(at + 1));
        ids.insert(messages[at].id);
        if (at % 2 == 1) {  // exchanges are whole
            EXPECT_EQ(messages[at].id.substr(0, messages[at].id.find('/')),
                      messages[at - 1].id.substr(0, messages[at - 1].id.find('/')));
        }
    }
    EXPECT_EQ(ids.size(), messages.size());
    const auto found = all_of(ink);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].messages, 2 * writers);
    EXPECT_EQ(found[0].updated_at_ms, noon_ms + writers - 1);
}

TEST_P(HistoryContract, MessagesComeInPages) {
    const auto conversation = append(ink, "session", "0").conversation;
    for (int number = 1; number < 4; ++number) {
        append(ink, "session", std::to_string(number));
    }
    const auto positions = [](const std::vector<StoredMessage>& messages) {
        std::vector<std::int64_t> all;
        for (const auto& message : messages) {
            all.push_back(message.position);
        }
        return all;
    };
    using testing::ElementsAre, testing::IsEmpty;
    EXPECT_THAT(positions(run(history().messages(ink, conversation, 0, 3))), ElementsAre(1, 2, 3));
    EXPECT_THAT(positions(run(history().messages(ink, conversation, 6, 3))), ElementsAre(7, 8));
    EXPECT_THAT(positions(run(history().messages(ink, conversation, 8, 3))), IsEmpty());
    EXPECT_THAT(positions(run(history().latest(ink, "session", 3))), ElementsAre(6, 7, 8));
    EXPECT_THAT(positions(run(history().latest(ink, "another", 3))), IsEmpty());
}

TEST_P(HistoryContract, TheLatestConversationIsTheFirstOfTheList) {
    for (int number = 0; number < 5; ++number) {
        // Two have been changed in the same millisecond.
        append(ink, std::to_string(number), std::to_string(number), std::to_string(number),
               noon_ms + number / 2);
    }
    append(ink, "0", "again", "more", noon_ms + 10);
    std::vector<std::string> ids;
    std::int64_t before_ms = 0;
    std::string before_id;
    for (;;) {
        const auto page = run(history().conversations(ink, "", 2, before_ms, before_id));
        if (page.empty()) {
            break;
        }
        for (const auto& conversation : page) {
            ids.push_back(conversation.session_key);
            EXPECT_TRUE(before_ms == 0 || conversation.updated_at_ms <= before_ms);
            before_ms = conversation.updated_at_ms;
            before_id = conversation.id;
        }
    }
    EXPECT_THAT(ids, testing::UnorderedElementsAre("0", "1", "2", "3", "4"));
    EXPECT_EQ(ids.front(), "0");
    EXPECT_EQ(ids[1], "4");
}

TEST_P(HistoryContract, WordsAreFoundInTitlesAndMessagesInAnyCase) {
    append(ink, "a", "a", "My cat is called Ink");
    append(ink, "b", "b", "What is the weather in Graz?");
    append(ink, "c", "c", "Straße und École: 100% a_b");
    append(other, "d", "d", "My cat is called Ink");
    using testing::ElementsAre, testing::IsEmpty, testing::SizeIs;
    EXPECT_THAT(titles_of(ink, "CAT"), ElementsAre("My cat is called Ink"));
    EXPECT_THAT(titles_of(ink, "ink cat"), ElementsAre("My cat is called Ink"));
    EXPECT_THAT(titles_of(ink, "cat weather"), IsEmpty());
    EXPECT_THAT(titles_of(ink, "GOOD day"), SizeIs(3));
    EXPECT_THAT(titles_of(ink, "graz?"), SizeIs(1));
    EXPECT_THAT(titles_of(ink, "éCOLE"), SizeIs(1));
    EXPECT_THAT(titles_of(ink, "100%"), SizeIs(1));
    EXPECT_THAT(titles_of(ink, "1%0"), IsEmpty());
    EXPECT_THAT(titles_of(ink, "a_b"), SizeIs(1));
    EXPECT_THAT(titles_of(ink, "c_t"), IsEmpty());
    EXPECT_THAT(titles_of(ink, "%"), SizeIs(1));
    EXPECT_THAT(titles_of(ink, "\\"), IsEmpty());
    EXPECT_THAT(titles_of(ink, "  "), SizeIs(3));
    EXPECT_THAT(titles_of(ink, "') OR 1=1 --"), IsEmpty());
    const auto c = run(history().standing(ink, "c")).conversation;
    EXPECT_TRUE(run(history().rename(ink, c->id, "Renamed")));
    EXPECT_THAT(titles_of(ink, "RENAMED"), ElementsAre("Renamed"));
}

TEST_P(HistoryContract, AConversationIsRenamedAndErased) {
    const auto first = append(ink, "first", "first").conversation;
    const auto second = append(ink, "second", "second").conversation;
    EXPECT_TRUE(run(history().rename(ink, first, "About cats")));
    EXPECT_EQ(run(history().find(ink, first))->title, "About cats");
    EXPECT_EQ(run(history().find(ink, first))->updated_at_ms, noon_ms);
    EXPECT_TRUE(run(history().erase(ink, first)));
    EXPECT_FALSE(run(history().erase(ink, first)));
    EXPECT_FALSE(run(history().find(ink, first)));
    EXPECT_FALSE(run(history().rename(ink, first, "Gone")));
    EXPECT_TRUE(run(history().messages(ink, first, 0, 10)).empty());
    EXPECT_EQ(run(history().messages(ink, second, 0, 10)).size(), 2U);
    EXPECT_EQ(append(ink, "first", "first").position, 2);  // begins anew

    append(other, "theirs", "theirs");
    run(history().erase_all(ink));
    run(history().erase_all(ink));
    EXPECT_TRUE(all_of(ink).empty());
    EXPECT_TRUE(run(history().latest(ink, "second", 10)).empty());
    EXPECT_EQ(all_of(other).size(), 1U);
}

TEST_P(HistoryContract, ASummaryOnlyGoesForward) {
    const auto conversation = append(ink, "session", "first").conversation;
    const auto now = [&] { return *run(history().find(ink, conversation)); };
    run(history().set_summary(ink, conversation, "They greeted.", 2));
    run(history().set_summary(ink, conversation, "They greeted.", 2));
    EXPECT_EQ(now().summary, "They greeted.");
    EXPECT_EQ(now().summarised, 2);
    run(history().set_summary(ink, conversation, "Late.", 1));
    EXPECT_EQ(now().summary, "They greeted.");
    run(history().set_summary(ink, "nothing", "Of nothing.", 1));
    EXPECT_EQ(run(history().standing(ink, "session")).conversation->messages, 2);
}

TEST_P(HistoryContract, WhatIsSomebodyElsesIsNotThere) {
    const auto conversation = append(ink, "session", "first", "a secret").conversation;
    EXPECT_TRUE(all_of(other).empty());
    EXPECT_TRUE(all_of(other, "secret").empty());
    EXPECT_FALSE(run(history().find(other, conversation)));
    EXPECT_FALSE(run(history().standing(other, "session")).conversation);
    EXPECT_TRUE(run(history().messages(other, conversation, 0, 10)).empty());
    EXPECT_TRUE(run(history().latest(other, "session", 10)).empty());
    EXPECT_FALSE(run(history().rename(other, conversation, "stolen")));
    EXPECT_FALSE(run(history().erase(other, conversation)));
    run(history().set_summary(other, conversation, "stolen", 2));
    run(history().erase_all(other));
    // The same session of another user is another conversation, with the same message ids.
    EXPECT_EQ(append(other, "session", "first", "not a secret").position, 2);
    EXPECT_NE(run(history().standing(other, "session")).conversation->id, conversation);

    const auto found = run(history().find(ink, conversation));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->title, "a secret");
    EXPECT_EQ(found->summary, "");
    EXPECT_EQ(found->messages, 2);
    EXPECT_EQ(run(history().latest(ink, "session", 10)).at(0).text, "a secret");
    // An id that is taken is not taken over.
    EXPECT_EQ(house.failure_of(history().append(other, "third", conversation, "t", exchange("x"), noon_ms)),
              ErrorKind::Conflict);
}

TEST_P(HistoryContract, WhoIsGoneHasNoHistory) {
    EXPECT_EQ(house.failure_of(history().append(77, "session", "c", "hello", exchange("first"), noon_ms)),
              ErrorKind::NotFound);
}

TEST_P(HistoryContract, TakesEveryTextByTheLetter) {
    for (const auto& text : hostile_texts()) {
        std::vector<NewMessage> told{
            {.id = text, .role = Role::User, .text = text},
            {.id = text + "2", .role = Role::Assistant, .text = text, .action = text}};
        const auto appended = run(history().append(ink, text, "id of " + text, text, told, noon_ms));
        const auto messages = run(history().messages(ink, appended.conversation, 0, 10));
        ASSERT_EQ(messages.size(), 2U) << text;
        EXPECT_EQ(messages[0].text, text);
        EXPECT_EQ(messages[1].action, text);
        EXPECT_EQ(run(history().standing(ink, text)).conversation->title, text);
        all_of(ink, text);
        run(history().conversations(ink, "", 10, noon_ms + 1, text));
    }
    EXPECT_EQ(all_of(ink).size(), hostile_texts().size());
}

TEST_P(HistoryContract, ItIsAllThereAfterARestart) {
    const auto conversation = append(ink, "session", "first", "remember me").conversation;
    open_anew();
    EXPECT_EQ(run(history().find(ink, conversation))->title, "remember me");
    EXPECT_EQ(append(ink, "session", "second").position, 4);
}

TEST_P(HistoryContract, LargeTextsAreKept) {
    std::vector<NewMessage> told{{.id = "large", .role = Role::User, .text = std::string(2'000'000, 'x')}};
    run(history().append(ink, "session", "c", "large", told, noon_ms));
    EXPECT_EQ(run(history().latest(ink, "session", 1)).at(0).text.size(), 2'000'000U);
}

}  // namespace repartee::stores
