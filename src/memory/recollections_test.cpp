#include "memory/recollections.h"

#include "base/task.h"
#include "memory/afterthoughts.h"
#include "memory/doubts.h"
#include "memory/test_memory.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace repartee::memory {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RecollectionsTest : public testing::Test {
protected:
    RecollectionsTest() { embedder.clock = &clock; }
    ~RecollectionsTest() override {
        working.cancel();
        clock.run_until(context, clock.now());
    }

    std::unique_ptr<conversation::Recollection> make(const Owner& owner, std::string session = "s") {
        return recollections.make({owner, std::move(session), "The user's name is Asha."}, model);
    }
    conversation::Recalled recall(conversation::Recollection& of, std::string utterance = "hello there") {
        return result_of(context, clock, of.recall(std::move(utterance)));
    }
    void keep(conversation::Recollection& in, std::string user, std::string assistant,
              std::optional<skills::ClientAction> action = std::nullopt) {
        std::vector<Message> exchange{{.role = Role::User, .content = std::move(user)},
                                      {.role = Role::Assistant, .content = std::move(assistant)}};
        run(context, clock, in.keep(std::move(exchange), std::move(action)));
    }
    static std::vector<std::string> texts_of(const conversation::Recalled& recalled) {
        std::vector<std::string> texts;
        for (const auto& message : recalled.recent.value_or(std::vector<Message>{{.content = "(nothing)"}})) {
            texts.push_back(message.content);
        }
        return texts;
    }
    void remember(std::string text, const Owner& owner) {
        result_of(context, clock, long_term.remember(owner, std::move(text), "", "learned"));
    }
    std::vector<std::string> remembered(const Owner& owner) {
        std::vector<std::string> texts;
        for (auto& one : result_of(context, clock, long_term.store_of(owner).list(owner, "", 50, 0, ""))) {
            texts.push_back(one.text);
        }
        return texts;
    }
    void begin_work() { working = Task(context.get_executor(), recollections.run()); }
    void pass(Duration time) { clock.run_until(context, clock.now() + time); }

    static const inline Owner asha = Owner::user(7);
    static const inline Owner ravi = Owner::user(8);
    static const inline Owner guest = Owner::session("g");

    asio::io_context context;
    VirtualClock clock;
    std::vector<std::string> lines;
    WordEmbedder embedder;
    stores::FleetingMemories lasting{clock};
    stores::FleetingMemories fleeting{clock};
    SwitchableHistory history;
    SwitchableSessions sessions;
    ToldModel model{clock};
    LongTerm long_term{embedder, lasting, fleeting, clock, Log::silent()};
    Recollections recollections{long_term, history, sessions, clock, Log::into(lines, {}), {}};
    Task working;
};

TEST_F(RecollectionsTest, KnowNothingOfANewSession) {
    auto recollection = make(asha);
    auto recalled = recall(*recollection);
    EXPECT_EQ(recalled.background, "The user's name is Asha.");
    EXPECT_THAT(texts_of(recalled), IsEmpty());
    EXPECT_TRUE(recalled.recent);
}

TEST_F(RecollectionsTest, KeepWhatIsSaidAndRecallIt) {
    auto recollection = make(asha);
    recall(*recollection);
    keep(*recollection, "What is the time?", "It is five.");
    EXPECT_THAT(texts_of(recall(*recollection)), ElementsAre("What is the time?", "It is five."));
    ASSERT_EQ(history.conversations_kept.size(), 1U);
    const auto& kept = history.conversations_kept[0];
    EXPECT_EQ(kept.conversation.title, "What is the time?");
    EXPECT_EQ(kept.messages.size(), 2U);
    EXPECT_NE(kept.messages[0].id, kept.messages[1].id);
    EXPECT_EQ(history.looks, 0) << "the session memory had it";
    // A restart later, from the session memory and from the history.
    EXPECT_THAT(texts_of(recall(*make(asha))), ElementsAre("What is the time?", "It is five."));
    sessions.contents.clear();
    EXPECT_THAT(texts_of(recall(*make(asha))), ElementsAre("What is the time?", "It is five."));
    EXPECT_EQ(sessions.contents.size(), 1U) << "filled anew";
}

TEST_F(RecollectionsTest, KeepWhatTheClientWasToldToDo) {
    auto recollection = make(asha);
    keep(*recollection, "call mom", "Calling Mom.",
         skills::ClientAction{.name = "call", .parameters = {{"target", "Mom"}}, .needs_confirmation = true});
    EXPECT_EQ(boost::json::parse(history.conversations_kept.at(0).messages.at(1).action),
              boost::json::parse(R"({"name":"call","params":{"target":"Mom"},"needs_confirmation":true})"));
    EXPECT_EQ(history.conversations_kept[0].messages[0].action, "");
    // Without a word to it.
    run(context, clock,
        recollection->keep({{.role = Role::User, .content = "again"}}, skills::ClientAction{.name = "call"}));
    EXPECT_EQ(history.conversations_kept[0].messages.size(), 4U);
    run(context, clock, recollection->keep({}, std::nullopt));
    EXPECT_EQ(history.conversations_kept[0].messages.size(), 4U);
}

TEST_F(RecollectionsTest, ShowNobodyWhatIsAnothers) {
    remember("My cat is called Ink.", asha);
    keep(*make(asha, "same"), "secret one", "Yes.");
    for (const auto& other : {ravi, guest, Owner::session("user/7"), Owner::session("7")}) {
        auto recollection = make(other, "same");
        auto recalled = recall(*recollection, "what is my cat called");
        EXPECT_THAT(recalled.background, Not(HasSubstr("Ink"))) << other.key();
        EXPECT_THAT(texts_of(recalled), Not(testing::Contains("secret one"))) << other.key();
    }
}

TEST_F(RecollectionsTest, BringFactsThatFitWhatWasSaid) {
    remember("My cat is called Ink.", asha);
    remember("I live in Pune.", asha);
    auto recalled = recall(*make(asha), "what is my cat called");
    EXPECT_THAT(recalled.background, HasSubstr("- \"My cat is called Ink.\""));
    EXPECT_THAT(recalled.background, Not(HasSubstr("Pune")));
}

TEST_F(RecollectionsTest, LookForNothingWhereNothingIsRemembered) {
    history.has_memories = false;
    EXPECT_EQ(recall(*make(asha), "what is my cat called").background, "The user's name is Asha.");
    EXPECT_EQ(embedder.calls, 0);
    recall(*make(guest), "what is my cat called");
    EXPECT_EQ(embedder.calls, 1) << "what guests said is at hand";
}

TEST_F(RecollectionsTest, AnswerWithoutFactsThatAreNotThereInTime) {
    remember("My cat is called Ink.", asha);
    embedder.delay = 2s;
    auto before = clock.now();
    auto recalled = recall(*make(asha), "what is my cat called");
    EXPECT_THAT(recalled.background, Not(HasSubstr("Ink")));
    EXPECT_LT(clock.now() - before, 400ms);
    embedder.delay = {};
    embedder.away = true;
    EXPECT_THAT(recall(*make(asha), "what is my cat called").background, Not(HasSubstr("Ink")));
    EXPECT_THAT(lines, testing::Contains(HasSubstr("answered without memories")));
}

TEST_F(RecollectionsTest, GoByTheHistoryWhileTheSessionMemoryIsAway) {
    auto recollection = make(asha);
    keep(*recollection, "one", "1");
    sessions.away = true;
    EXPECT_THAT(texts_of(recall(*recollection)), ElementsAre("one", "1"));
    keep(*recollection, "two", "2");
    EXPECT_THAT(texts_of(recall(*recollection)), ElementsAre("one", "1", "two", "2"));
    // It comes back with what it had.
    sessions.away = false;
    EXPECT_EQ(sessions.contents.begin()->second.messages.size(), 2U);
    EXPECT_THAT(texts_of(recall(*make(asha))), ElementsAre("one", "1", "two", "2"));
    EXPECT_EQ(sessions.contents.begin()->second.messages.size(), 4U);
    auto looks = history.looks;
    EXPECT_THAT(texts_of(recall(*make(asha))), ElementsAre("one", "1", "two", "2"));
    EXPECT_EQ(history.looks, looks) << "believed again";
}

TEST_F(RecollectionsTest, KeepOnBehindASessionMemoryThatCameBack) {
    auto recollection = make(asha);
    keep(*recollection, "one", "1");
    sessions.away = true;
    keep(*recollection, "two", "2");
    sessions.away = false;
    keep(*recollection, "three", "3");
    EXPECT_THAT(texts_of(recall(*recollection)), ElementsAre("one", "1", "two", "2", "three", "3"));
}

TEST_F(RecollectionsTest, WaitNoLongerForTheSessionMemoryThanTheirPatience) {
    auto recollection = make(asha);
    keep(*recollection, "one", "1");
    sessions.stalls_on = &clock;
    auto before = clock.now();
    EXPECT_THAT(texts_of(recall(*recollection)), ElementsAre("one", "1"));
    EXPECT_LT(clock.now() - before, 400ms);
    before = clock.now();
    keep(*recollection, "two", "2");
    EXPECT_LT(clock.now() - before, 400ms);
    sessions.stalls_on = nullptr;
    EXPECT_THAT(texts_of(recall(*recollection)), ElementsAre("one", "1", "two", "2"));
    EXPECT_LE(
        std::ranges::count_if(lines, [](const auto& line) { return line.find("passed over") != line.npos; }),
        1);
}

// Somebody else's server told it, or this one before it was started again.
TEST_F(RecollectionsTest, DoNotBelieveASessionMemoryThatMissedSomething) {
    keep(*make(asha), "one", "1");
    auto missed = sessions.contents;
    keep(*make(asha), "two", "2");
    sessions.contents = missed;
    EXPECT_THAT(texts_of(recall(*make(asha))), ElementsAre("one", "1", "two", "2"));
    EXPECT_EQ(sessions.contents.begin()->second.messages.size(), 4U) << "filled anew";
}

TEST_F(RecollectionsTest, DoNotBelieveASessionMemoryOfWhatWasDeleted) {
    keep(*make(asha), "one", "1");
    history.conversations_kept.clear();
    EXPECT_THAT(texts_of(recall(*make(asha))), IsEmpty());
}

// What the session memory has might be old, and what was said could not be kept.
TEST_F(RecollectionsTest, AreNoAnswerWithoutTheHistory) {
    auto recollection = make(asha);
    keep(*recollection, "one", "1");
    history.away = true;
    EXPECT_THROW(keep(*recollection, "two", "2"), Failure);
    try {
        recall(*recollection);
        ADD_FAILURE() << "an answer that may know nothing of what was said";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
    }
}

TEST_F(RecollectionsTest, KeepGuestsInTheSessionMemoryAlone) {
    auto recollection = make(guest);
    EXPECT_FALSE(recall(*recollection).recent) << "what the conversation itself remembers";
    keep(*recollection, "one", "1");
    keep(*recollection, "two", "2");
    EXPECT_THAT(texts_of(recall(*make(guest))), ElementsAre("one", "1", "two", "2"));
    EXPECT_THAT(history.conversations_kept, IsEmpty());
    sessions.away = true;
    EXPECT_FALSE(recall(*recollection).recent);
    keep(*recollection, "three", "3");
}

TEST_F(RecollectionsTest, KeepBothOfTwoQuickExchangesOfAGuest) {
    keep(*make(guest), "one", "1");
    sessions.stalls_on = &clock;
    sessions.stall = std::chrono::milliseconds(20);
    auto first = make(guest);
    auto second = make(guest);
    const auto exchange = [](const std::string& said) {
        return std::vector<Message>{{.role = Role::User, .content = said},
                                    {.role = Role::Assistant, .content = said + "!"}};
    };
    Task keeping(context.get_executor(), first->keep(exchange("two"), std::nullopt));
    Task keeping_too(context.get_executor(), second->keep(exchange("three"), std::nullopt));
    auto recalling = recall(*make(guest));  // in the middle of both
    pass(std::chrono::seconds(1));
    EXPECT_FALSE(keeping.running());
    EXPECT_FALSE(keeping_too.running());
    EXPECT_THAT(texts_of(recalling), testing::Contains("one"));
    EXPECT_THAT(texts_of(recall(*make(guest))), ElementsAre("one", "1", "two", "two!", "three", "three!"));
}

TEST_F(RecollectionsTest, ShowTheWindowAndTheSummaryBehindIt) {
    auto recollection = make(asha);
    for (int i = 1; i <= 12; ++i) {
        keep(*recollection, "question " + std::to_string(i), "answer " + std::to_string(i));
    }
    EXPECT_EQ(recall(*recollection).recent->size(), 10U);
    auto& conversation = history.conversations_kept.at(0).conversation;
    conversation.summary = "They counted.";
    conversation.summarised = 8;
    auto recalled = recall(*recollection);
    EXPECT_EQ(recalled.recent->size(), 16U);
    EXPECT_THAT(recalled.background, HasSubstr("\"They counted.\""));
}

TEST_F(RecollectionsTest, ForgetSessions) {
    auto recollection = make(asha, "a");
    keep(*recollection, "one", "1");
    keep(*make(asha, "b"), "two", "2");
    keep(*make(ravi, "a"), "three", "3");
    history.conversations_kept.erase(history.conversations_kept.begin());
    run(context, clock, recollections.forget_session(asha, "a"));
    EXPECT_THAT(texts_of(recall(*make(asha, "a"))), IsEmpty());
    EXPECT_THAT(texts_of(recall(*make(asha, "b"))), ElementsAre("two", "2"));
    std::erase_if(history.conversations_kept, [](const auto& one) { return one.user == 7; });
    run(context, clock, recollections.forget_sessions(asha));
    EXPECT_THAT(texts_of(recall(*make(asha, "b"))), IsEmpty());
    EXPECT_THAT(texts_of(recall(*make(ravi, "a"))), ElementsAre("three", "3"));
}

TEST_F(RecollectionsTest, DoNotBelieveInWhatCouldNotBeForgotten) {
    keep(*make(asha, "a"), "one", "1");
    history.conversations_kept.clear();
    sessions.away = true;
    EXPECT_THROW(run(context, clock, recollections.forget_session(asha, "a")), Failure);
    EXPECT_THROW(run(context, clock, recollections.forget_sessions(ravi)), Failure);
    sessions.away = false;
    EXPECT_THAT(texts_of(recall(*make(asha, "a"))), IsEmpty());
}

TEST_F(RecollectionsTest, ForgetAllOfAGuest) {
    remember("My cat is called Ink.", guest);
    keep(*make(guest), "one", "1");
    run(context, clock, recollections.forget_sessions(guest));
    EXPECT_THAT(remembered(guest), IsEmpty());
    EXPECT_FALSE(recall(*make(guest)).recent);
}

TEST_F(RecollectionsTest, LetSkillsRememberForThePersonWhoTalks) {
    auto memory = recollections.remembering(asha);
    EXPECT_EQ(result_of(context, clock, memory->learn("My cat is called Ink.", "pet")),
              skills::Remembering::Outcome::New);
    EXPECT_EQ(result_of(context, clock, memory->ingest({"It opens at ten."}, "a page")), 1U);
    EXPECT_THAT(result_of(context, clock, memory->forget("my cat")), ElementsAre("My cat is called Ink."));
    EXPECT_THAT(remembered(asha), ElementsAre("It opens at ten."));
}

// --- behind the conversation ---

const std::string ink = R"({"facts":[{"fact":"My cat is called Ink.","category":"pet"}]})";

TEST_F(RecollectionsTest, FindLastingFactsInWhatTheUserSaid) {
    model.answer_to = [](const auto&) { return ink; };
    begin_work();
    auto recollection = make(asha);
    keep(*recollection, "well my cat is called Ink", "What a lovely name. My dog is Rex.");
    pass(100ms);
    EXPECT_THAT(model.prompts, IsEmpty()) << "not before it is calm";
    pass(10s);
    EXPECT_THAT(remembered(asha), ElementsAre("My cat is called Ink."));
    ASSERT_EQ(model.prompts.size(), 1U);
    EXPECT_THAT(model.prompts[0].messages.at(1).content, Not(HasSubstr("Rex")));
    auto all = result_of(context, clock, lasting.list(asha, "", 5, 0, ""));
    EXPECT_EQ(all.at(0).source, "extracted");
    EXPECT_EQ(all.at(0).category, "pet");
}

TEST_F(RecollectionsTest, ThinkAboutSeveralExchangesAtOnce) {
    begin_work();
    auto recollection = make(asha);
    for (int i = 0; i < 5; ++i) {
        keep(*recollection, "this is sentence " + std::to_string(i), "Yes.");
        pass(1s);
    }
    pass(10s);
    ASSERT_EQ(model.prompts.size(), 1U);
    EXPECT_THAT(model.prompts[0].messages.at(1).content, HasSubstr("sentence 0"));
    EXPECT_THAT(model.prompts[0].messages.at(1).content, HasSubstr("sentence 4"));
}

TEST_F(RecollectionsTest, AskNoModelThatKnowsOnlyRules) {
    model.kind = "rules";
    begin_work();
    keep(*make(asha), "well my cat is called Ink", "Yes.");
    pass(10s);
    EXPECT_THAT(model.prompts, IsEmpty());
}

TEST_F(RecollectionsTest, GoOnWhenTheModelFailsOrTakesTooLong) {
    begin_work();
    model.answer_to = [](const auto&) { return "!"; };
    keep(*make(asha, "a"), "well my cat is called Ink", "Yes.");
    pass(10s);
    EXPECT_THAT(lines, testing::Contains(HasSubstr("could not be thought about")));
    model.answer_to = [](const auto&) { return "!!"; };
    keep(*make(asha, "bug"), "well my cat is called Ink", "Yes.");
    pass(10s);
    EXPECT_THAT(lines, testing::Contains(HasSubstr("a bug")));
    model.delay = 2h;
    keep(*make(asha, "b"), "well my cat is called Ink", "Yes.");
    pass(90s);
    model.delay = 1s;
    model.answer_to = [](const auto&) { return ink; };
    keep(*make(asha, "c"), "well my cat is called Ink", "Yes.");
    pass(10s);
    EXPECT_THAT(remembered(asha), ElementsAre("My cat is called Ink."));
}

TEST_F(RecollectionsTest, SumUpWhatFallsOutOfTheWindow) {
    std::vector<std::string> asked;
    model.answer_to = [&](const engines::Prompt& prompt) {
        bool sums_up = prompt.messages.at(0).content.find("sum up") != std::string::npos;
        if (sums_up) {
            asked.push_back(prompt.messages.at(1).content);
        }
        return sums_up ? "<think>hm</think>They counted to " + std::to_string(asked.size()) : "";
    };
    begin_work();
    auto recollection = make(asha);
    for (int i = 1; i <= 9; ++i) {
        keep(*recollection, "question " + std::to_string(i), "answer " + std::to_string(i));
        pass(5s);
    }
    EXPECT_THAT(asked, IsEmpty());
    keep(*recollection, "question 10", "answer 10");
    pass(5s);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_THAT(asked[0], HasSubstr("question 1"));
    EXPECT_THAT(asked[0], HasSubstr("answer 5"));
    EXPECT_THAT(asked[0], Not(HasSubstr("question 6")));
    EXPECT_EQ(history.conversations_kept.at(0).conversation.summary, "They counted to 1");
    EXPECT_EQ(history.conversations_kept[0].conversation.summarised, 10);
    for (int i = 11; i <= 15; ++i) {
        keep(*recollection, "question " + std::to_string(i), "answer " + std::to_string(i));
        pass(5s);
    }
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_THAT(asked[1], testing::StartsWith("Summary so far: \"They counted to 1\""));
    EXPECT_THAT(recall(*recollection).background, HasSubstr("They counted to 2"));
}

TEST_F(RecollectionsTest, ThinkNoMoreAboutWhatIsForgotten) {
    model.answer_to = [](const auto&) { return ink; };
    begin_work();
    keep(*make(asha, "a"), "well my cat is called Ink", "Yes.");
    run(context, clock, recollections.forget_session(asha, "a"));
    keep(*make(ravi, "b"), "well my cat is called Ink", "Yes.");
    run(context, clock, recollections.forget_sessions(ravi));
    pass(10s);
    EXPECT_THAT(model.prompts, IsEmpty());
}

TEST_F(RecollectionsTest, FindNoFactsInWhatWasSaidBeforeAllWereForgotten) {
    model.answer_to = [](const auto&) { return ink; };
    begin_work();
    keep(*make(asha), "well my cat is called Ink", "Yes.");
    run(context, clock, recollections.forget_facts(asha));
    keep(*make(ravi), "well my cat is called Ink", "Yes.");
    result_of(context, clock, recollections.remembering(ravi)->forget("everything"));
    pass(10s);
    EXPECT_THAT(model.prompts, IsEmpty());
    // While the model thinks about it.
    model.delay = 5s;
    keep(*make(asha), "well my cat is called Ink", "Yes.");
    pass(3s);
    EXPECT_EQ(model.prompts.size(), 1U);
    run(context, clock, recollections.forget_facts(asha));
    pass(10s);
    EXPECT_THAT(remembered(asha), IsEmpty());
    // What is said from then on counts.
    keep(*make(asha), "well my cat is called Ink", "Yes.");
    pass(10s);
    EXPECT_THAT(remembered(asha), ElementsAre("My cat is called Ink."));
}

TEST_F(RecollectionsTest, FindNoFactsInWhatAskedForThemToBeForgotten) {
    model.answer_to = [](const auto&) { return ink; };
    begin_work();
    std::vector<Message> exchange{
        {.role = Role::User, .content = "forget that my cat is called Ink"},
        {.role = Role::Assistant, .content = {}, .calls = {{.id = "1", .name = "learn"}}},
        {.role = Role::Skill, .content = "I have forgotten it.", .call_id = "1", .skill = "learn"},
        {.role = Role::Assistant, .content = "I have forgotten it."}};
    run(context, clock, make(asha)->keep(std::move(exchange), std::nullopt));
    pass(10s);
    EXPECT_THAT(model.prompts, IsEmpty());
}

TEST_F(RecollectionsTest, EndWithWhatIsStillToBeThoughtAbout) {
    model.delay = 10s;
    begin_work();
    keep(*make(asha), "well my cat is called Ink", "Yes.");
    pass(3s);
    EXPECT_EQ(model.prompts.size(), 1U);
    working.cancel();
    pass(0s);
    EXPECT_FALSE(working.running());
}

TEST(AfterthoughtsBounds, TheOldestSessionGoesWhenTooManyWait) {
    VirtualClock clock;
    asio::io_context context;
    WordEmbedder embedder;
    stores::FleetingMemories memories{clock};
    SwitchableHistory history;
    LongTerm long_term{embedder, memories, memories, clock, Log::silent()};
    Afterthoughts afterthoughts{long_term, history, clock, Log::silent(), {}};
    ToldModel model{clock};
    for (std::size_t i = 0; i < Afterthoughts::most_waiting + 10; ++i) {
        Exchange exchange{.key = {Owner::user(1), std::to_string(i)}, .said = "one two three"};
        afterthoughts.add(std::move(exchange), model);
    }
    EXPECT_EQ(afterthoughts.waiting(), Afterthoughts::most_waiting);
}

// --- doubts ---

TEST(DoubtsTest, LastUntilTheyAreSettledOrNothingCanBeOldAnyMore) {
    Doubts doubts;
    TimePoint now{};
    stores::SessionKey one{Owner::user(1), "a"};
    stores::SessionKey other{Owner::user(1), "b"};
    EXPECT_FALSE(doubts.about(one, now));
    doubts.doubt(one, now);
    EXPECT_TRUE(doubts.about(one, now));
    EXPECT_FALSE(doubts.about(other, now));
    doubts.settle(one);
    EXPECT_FALSE(doubts.about(one, now));
    doubts.doubt(one, now);
    EXPECT_FALSE(doubts.about(one, now + stores::session_lifetime));
}

TEST(DoubtsTest, AreAboutAllSessionsOfAnOwner) {
    Doubts doubts;
    TimePoint now{};
    stores::SessionKey one{Owner::user(1), "a"};
    stores::SessionKey other{Owner::user(1), "b"};
    doubts.doubt_all_of(Owner::user(1), now);
    EXPECT_TRUE(doubts.about(one, now));
    EXPECT_FALSE(doubts.about({Owner::user(2), "a"}, now));
    doubts.settle(one);
    EXPECT_FALSE(doubts.about(one, now));
    EXPECT_TRUE(doubts.about(other, now));
    doubts.doubt(one, now);
    EXPECT_TRUE(doubts.about(one, now));
}

TEST(DoubtsTest, AreAboutEverybodyWhereThereAreTooMany) {
    Doubts doubts;
    TimePoint now{};
    for (std::size_t i = 0; i <= Doubts::most; ++i) {
        doubts.doubt({Owner::user(1), std::to_string(i)}, now);
    }
    EXPECT_TRUE(doubts.about({Owner::user(2), "x"}, now));
    EXPECT_FALSE(doubts.about({Owner::user(2), "x"}, now + stores::session_lifetime));
}

}  // namespace

}  // namespace repartee::memory
