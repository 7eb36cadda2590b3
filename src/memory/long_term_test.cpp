#include "memory/long_term.h"

#include "base/task.h"
#include "memory/one_at_a_time.h"
#include "memory/test_memory.h"

#include <gmock/gmock.h>

namespace repartee::memory {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Outcome = skills::Remembering::Outcome;

class LongTermTest : public testing::Test {
protected:
    LongTerm::Remembered remember(std::string text, const Owner& owner = asha,
                                  std::string source = "learned") {
        return result_of(context, clock,
                         long_term.remember(owner, std::move(text), "personal", std::move(source)));
    }
    std::vector<std::string> found(std::string query, const Owner& owner = asha, double least = 0.3) {
        std::vector<std::string> texts;
        for (auto& one : result_of(context, clock, long_term.search(owner, std::move(query), 5, least))) {
            texts.push_back(one.memory.text);
        }
        return texts;
    }
    std::vector<std::string> forget(std::string what, const Owner& owner = asha) {
        return result_of(context, clock, long_term.forget_meaning(owner, std::move(what)));
    }
    std::size_t ingest(std::vector<std::string> pieces) {
        return result_of(context, clock, long_term.ingest(asha, std::move(pieces), "a page"));
    }
    std::size_t count(const Owner& owner = asha) {
        return result_of(context, clock, long_term.store_of(owner).count(owner));
    }

    static const inline Owner asha = Owner::user(7);
    static const inline Owner ravi = Owner::user(8);
    static const inline Owner guest = Owner::session("7");

    asio::io_context context;
    VirtualClock clock;
    std::vector<std::string> lines;
    WordEmbedder embedder;
    stores::FleetingMemories lasting{clock};  // of which nothing is lost within an hour
    stores::FleetingMemories fleeting{clock};
    LongTerm long_term{embedder, lasting, fleeting, clock, Log::into(lines, {})};
};

TEST_F(LongTermTest, FindsWhatItWasTold) {
    auto told = remember("  My cat is\ncalled Ink. ");
    EXPECT_EQ(told.outcome, Outcome::New);
    EXPECT_EQ(told.memory.text, "My cat is called Ink.");
    EXPECT_EQ(told.memory.category, "personal");
    EXPECT_EQ(told.memory.source, "learned");
    remember("I live in Pune.");
    EXPECT_THAT(found("what is my cat called"), ElementsAre("My cat is called Ink."));
    EXPECT_THAT(found(""), IsEmpty());
}

TEST_F(LongTermTest, KeepsOwnersApart) {
    remember("My cat is called Ink.", asha);
    remember("My cat is called Tom.", ravi);
    remember("My cat is called Zoe.", guest);
    EXPECT_THAT(found("cat", asha), ElementsAre("My cat is called Ink."));
    EXPECT_THAT(found("cat", ravi), ElementsAre("My cat is called Tom."));
    EXPECT_THAT(found("cat", guest), ElementsAre("My cat is called Zoe."));
    EXPECT_EQ(result_of(context, clock, lasting.count(guest)), 0U);
    EXPECT_EQ(result_of(context, clock, fleeting.count(asha)), 0U);
    forget("everything", asha);
    EXPECT_THAT(found("cat", ravi), ElementsAre("My cat is called Tom."));
}

TEST_F(LongTermTest, RemembersNothingTwice) {
    auto first = remember("My cat is called Ink.");
    auto again = remember("the user's cat's name is Ink");
    EXPECT_EQ(again.outcome, Outcome::Known);
    EXPECT_EQ(again.memory.id, first.memory.id);
    EXPECT_EQ(again.memory.text, "My cat is called Ink.");
    EXPECT_EQ(count(), 1U);
}

TEST_F(LongTermTest, CorrectsWhatIsContradicted) {
    auto first = remember("My cat is called Ink.");
    clock.run_until(context, clock.now() + 10s);
    auto corrected = remember("Actually my cat is called Tom");
    EXPECT_EQ(corrected.outcome, Outcome::Corrected);
    EXPECT_EQ(corrected.memory.id, first.memory.id);
    EXPECT_EQ(corrected.memory.created_at_ms, first.memory.created_at_ms);
    EXPECT_GT(corrected.memory.updated_at_ms, first.memory.updated_at_ms);
    EXPECT_THAT(found("cat"), ElementsAre("Actually my cat is called Tom"));
    EXPECT_EQ(count(), 1U);
}

TEST_F(LongTermTest, JudgesWhatComesAtOnceOneAfterTheOther) {
    embedder.clock = &clock;
    embedder.delay = 50ms;
    std::vector<Outcome> outcomes;
    auto work = [](LongTerm& memory, std::vector<Outcome>& into) -> awaitable<void> {
        auto told = co_await memory.remember(asha, "My cat is called Ink.", "", "learned");
        into.push_back(told.outcome);
    };
    std::vector<Task> tasks;
    for (int i = 0; i < 5; ++i) {
        tasks.emplace_back(context.get_executor(), work(long_term, outcomes));
    }
    clock.run_until(context, clock.now() + 10s);
    EXPECT_EQ(std::ranges::count(outcomes, Outcome::New), 1);
    EXPECT_EQ(std::ranges::count(outcomes, Outcome::Known), 4);
}

TEST_F(LongTermTest, TakesNothingWithoutAWord) {
    try {
        remember(" \n ");
        ADD_FAILURE();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unprocessable);
    }
}

TEST_F(LongTermTest, CutsWhatIsTooLong) {
    auto told = remember(std::string(5000, 'x'));
    EXPECT_EQ(told.memory.text.size(), LongTerm::longest_memory);
}

TEST_F(LongTermTest, FailsWhileTheEmbedderIsAway) {
    embedder.away = true;
    EXPECT_THROW(remember("My cat is called Ink."), Failure);
    EXPECT_THROW(found("cat"), Failure);
    embedder.away = false;
    EXPECT_EQ(remember("My cat is called Ink.").outcome, Outcome::New);
}

TEST_F(LongTermTest, CorrectsByHand) {
    auto told = remember("My cat is called Ink.");
    auto corrected =
        result_of(context, clock, long_term.correct(asha, told.memory.id, "My dog is called Ink."));
    ASSERT_TRUE(corrected);
    EXPECT_EQ(corrected->text, "My dog is called Ink.");
    EXPECT_EQ(corrected->source, "learned");
    EXPECT_THAT(found("dog"), ElementsAre("My dog is called Ink."));
    EXPECT_FALSE(result_of(context, clock, long_term.correct(ravi, told.memory.id, "mine now")));
    EXPECT_FALSE(result_of(context, clock, long_term.correct(asha, "no such", "text")));
}

TEST_F(LongTermTest, ForgetsByMeaning) {
    remember("My cat is called Ink.");
    remember("My cat is black.");
    remember("My dog is called Tom.");
    EXPECT_THAT(forget("my parrot"), IsEmpty());
    EXPECT_THAT(forget("what my cat is called: Ink"), ElementsAre("My cat is called Ink."));
    EXPECT_THAT(forget("the user's cat"), ElementsAre("My cat is black."));
    EXPECT_THAT(found("dog"), ElementsAre("My dog is called Tom."));
}

TEST_F(LongTermTest, ForgetsThatWhichWasSaidJustNow) {
    remember("My cat is called Ink.");
    clock.run_until(context, clock.now() + 1s);
    remember("My code is 1234.");
    EXPECT_THAT(forget("that"), ElementsAre("My code is 1234."));
    EXPECT_EQ(count(), 1U);
    clock.run_until(context, clock.now() + 20min);
    EXPECT_THAT(forget("that"), IsEmpty());
    EXPECT_EQ(count(), 1U);
}

TEST_F(LongTermTest, ForgetsEverything) {
    remember("My cat is called Ink.");
    remember("I live in Pune.");
    EXPECT_THAT(forget("everything about me"),
                UnorderedElementsAre("My cat is called Ink.", "I live in Pune."));
    EXPECT_EQ(count(), 0U);
    EXPECT_THAT(forget("everything about me"), IsEmpty());
}

TEST_F(LongTermTest, TakesInPiecesOnce) {
    EXPECT_EQ(ingest({"The museum opens at ten.", "It closes at six.", "", "It closes at six."}), 2U);
    EXPECT_EQ(ingest({"It closes at six.", "Children pay nothing."}), 1U);
    EXPECT_EQ(count(), 3U);
    auto all = result_of(context, clock, lasting.list(asha, "", 10, 0, ""));
    EXPECT_EQ(all.at(0).source, "ingested");
    EXPECT_EQ(all.at(0).category, "a page");
    std::vector<std::string> many;
    for (int i = 0; i < 150; ++i) {
        many.push_back("Piece number " + std::to_string(i));
    }
    EXPECT_EQ(ingest(many), 150U);
}

TEST_F(LongTermTest, TellsNoTextsInTheLog) {
    remember("My cat is called Ink.");
    forget("my cat");
    ASSERT_FALSE(lines.empty());
    for (const auto& line : lines) {
        EXPECT_THAT(line, testing::Not(HasSubstr("Ink")));
    }
}

class ReembeddingTest : public LongTermTest {
protected:
    void remember_by_another(const std::string& text, const Owner& owner = asha) {
        stores::NewMemory memory{.memory = {.id = text, .text = text}, .vector = {1, 0}};
        run(context, clock, lasting.add(owner, "another/1", {memory}));
    }
};

TEST_F(ReembeddingTest, EmbedsAnewWhatAnotherEmbedderHad) {
    for (int i = 0; i < 100; ++i) {
        remember_by_another("Fact number " + std::to_string(i), i % 2 == 0 ? asha : ravi);
    }
    EXPECT_THAT(found("fact number 42"), IsEmpty());
    run(context, clock, long_term.run());
    EXPECT_EQ(found("fact number 42").at(0), "Fact number 42");
    EXPECT_EQ(found("fact number 41", ravi).at(0), "Fact number 41");
    EXPECT_THAT(lines, testing::Contains(HasSubstr("memories are embedded anew")));
    EXPECT_THAT(lines, testing::Contains(HasSubstr("another embedder")));
}

TEST_F(ReembeddingTest, SaysNothingWhereThereIsNothingToDo) {
    remember("My cat is called Ink.");
    lines.clear();
    auto calls = embedder.calls;
    run(context, clock, long_term.run());
    EXPECT_THAT(lines, IsEmpty());
    EXPECT_EQ(embedder.calls, calls);
}

TEST_F(ReembeddingTest, WaitsForAnEmbedderThatIsAway) {
    remember_by_another("My cat is called Ink.");
    embedder.away = true;
    Task work(context.get_executor(), long_term.run());
    clock.run_until(context, clock.now() + 10min);
    EXPECT_TRUE(work.running());
    EXPECT_LT(embedder.calls, 30);
    embedder.away = false;
    clock.run_until(context, clock.now() + 10min);
    EXPECT_FALSE(work.running());
    EXPECT_THAT(found("cat"), ElementsAre("My cat is called Ink."));
}

TEST_F(ReembeddingTest, LeavesOutATextThatIsRefused) {
    for (int i = 0; i < 50; ++i) {
        remember_by_another("Fact number " + std::to_string(i));
    }
    embedder.refused = "number 13";
    run(context, clock, long_term.run());
    embedder.refused.clear();
    EXPECT_EQ(found("fact number 42").at(0), "Fact number 42");
    EXPECT_THAT(lines, testing::Contains(HasSubstr("left_out=1")));
}

TEST(OneAtATime, LetsTheNextInWhenOneIsCancelled) {
    asio::io_context context;
    VirtualClock clock;
    OneAtATime gate;
    std::vector<int> order;
    auto work = [](OneAtATime& at, VirtualClock& time, std::vector<int>& into, int name) -> awaitable<void> {
        auto turn = co_await at.enter("key");
        into.push_back(name);
        co_await time.sleep(1s);
    };
    std::vector<Task> tasks;
    for (int name = 0; name < 4; ++name) {
        tasks.emplace_back(context.get_executor(), work(gate, clock, order, name));
    }
    clock.run_until(context, clock.now() + 100ms);
    tasks[1].cancel();  // waits
    tasks[0].cancel();  // is in
    clock.run_until(context, clock.now() + 10s);
    EXPECT_THAT(order, ElementsAre(0, 2, 3));
    for (auto& task : tasks) {
        EXPECT_FALSE(task.running());
    }
}

TEST(OneAtATime, BoundsHowManyWait) {
    asio::io_context context;
    VirtualClock clock;
    OneAtATime gate;
    int busy = 0;
    auto work = [](OneAtATime& at, VirtualClock& time, int& refused) -> awaitable<void> {
        try {
            auto turn = co_await at.enter("key");
            co_await time.sleep(1s);
        } catch (const Failure& failure) {
            refused += failure.error().kind == ErrorKind::Busy ? 1 : 0;
        }
    };
    std::vector<Task> tasks;
    for (std::size_t i = 0; i < OneAtATime::most_waiting + 3; ++i) {
        tasks.emplace_back(context.get_executor(), work(gate, clock, busy));
    }
    clock.run_until(context, clock.now() + 10min);
    EXPECT_EQ(busy, 2);
}

}  // namespace

}  // namespace repartee::memory
