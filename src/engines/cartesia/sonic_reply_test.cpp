#include "engines/cartesia/sonic_reply.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace repartee::engines::cartesia {

namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Type = SonicEvent::Type;

constexpr int rate = 16000;

class SonicReplyTest : public testing::Test {
protected:
    // What is asked for at once, as "context: text", with a '|' where no text follows.
    std::vector<std::string> asked(bool room = true) {
        made->pump(now, room);
        std::vector<std::string> words;
        for (const auto& request : made->take_requests()) {
            auto body = json::parse(request.message).as_object();
            EXPECT_EQ(body.at("context_id").as_string(), request.context.c_str());
            words.push_back(request.context + ": " + std::string(body.at("transcript").as_string()) +
                            (body.at("continue").as_bool() ? "" : "|"));
        }
        return words;
    }

    void event(Type type, std::string context = "r-1", std::string sound = "",
               std::vector<SonicEvent::Word> words = {}, Error error = {}) {
        SonicEvent told{type, std::move(context), std::move(sound), std::move(words), std::move(error)};
        made->take(told, now);
        made->pump(now, true);
    }

    // Sound of some length, in milliseconds.
    void sound(int ms, std::string context = "r-1") {
        event(Type::Chunk, std::move(context),
              std::string(static_cast<std::size_t>(ms) * rate / 1000 * 2, '\1'));
    }

    void fails(ErrorKind kind, std::string context = "r-1") {
        event(Type::Error, std::move(context), "", {}, {kind, "it went wrong", {}});
    }

    std::size_t heard() {
        std::size_t spoken = 0;
        while (auto chunk = made->next_chunk()) {
            spoken = chunk->spoken_bytes;
            samples += chunk->samples.size();
        }
        return spoken;
    }

    TimePoint now{1h};
    std::size_t samples = 0;
    std::unique_ptr<SonicReply> made = std::make_unique<SonicReply>(Manner({}, {}), rate, "r", 5s);
};

TEST_F(SonicReplyTest, OneContextForSentencesThatFollowEachOther) {
    made->say("One.");
    EXPECT_THAT(asked(), ElementsAre("r-1: One."));
    made->say(" Two.");
    EXPECT_THAT(asked(), ElementsAre("r-1:  Two."));
    sound(100);
    event(Type::FlushDone);
    now += 400ms;
    made->say(" Three.");
    EXPECT_THAT(asked(), ElementsAre("r-1:  Three."));
    made->finish();
    EXPECT_THAT(asked(), ElementsAre("r-1: |"));
    sound(100);
    event(Type::FlushDone);
    sound(100);
    EXPECT_FALSE(made->complete());
    event(Type::FlushDone);
    EXPECT_TRUE(made->complete());
    EXPECT_EQ(heard(), 16U);
    EXPECT_EQ(samples, 3U * rate / 10);
    EXPECT_EQ(made->open_context(), std::nullopt);
    EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(SonicReplyTest, ANewContextWhereTheOldOneHasDied) {
    made->say("One.");
    asked();
    sound(100);
    event(Type::FlushDone);
    now += 3s;
    made->say(" Two.");
    EXPECT_THAT(asked(), ElementsAre("r-2:  Two."));
    sound(100, "r-1");  // from nobody
    sound(50, "r-2");
    event(Type::Done, "r-1");
    event(Type::FlushDone, "r-2");
    EXPECT_EQ(heard(), 9U);
    EXPECT_EQ(samples, rate / 10U + rate / 20U);
}

TEST_F(SonicReplyTest, DoneEndsAllThatIsOwed) {
    made->say("One.");
    made->say(" Two.");
    made->finish();
    EXPECT_THAT(asked(), ElementsAre("r-1: One.", "r-1:  Two.", "r-1: |"));
    sound(300);
    event(Type::Done);
    EXPECT_TRUE(made->complete());
    EXPECT_EQ(heard(), 9U);
}

TEST_F(SonicReplyTest, AfterDoneTheNextSentenceHasAContextOfItsOwn) {
    made->say("One.");
    asked();
    sound(100);
    event(Type::Done);
    made->say(" Two.");
    EXPECT_THAT(asked(), ElementsAre("r-2:  Two."));
}

TEST_F(SonicReplyTest, TheEndIsToldWhenItIsKnown) {
    made->say("One.");
    asked();
    sound(100);
    event(Type::FlushDone);
    EXPECT_EQ(made->open_context(), "r-1");
    now += 10s;
    made->finish();
    EXPECT_THAT(asked(), ElementsAre("r-1: |"));
    EXPECT_TRUE(made->complete());
}

TEST_F(SonicReplyTest, NothingToSayAsksForNothing) {
    made->say("");
    made->finish();
    EXPECT_THAT(asked(), IsEmpty());
    EXPECT_TRUE(made->complete());
}

TEST_F(SonicReplyTest, WhatCannotBeSpokenIsPassedOverInItsPlace) {
    made->say("...");
    EXPECT_THAT(asked(), IsEmpty());
    EXPECT_EQ(heard(), 3U);
    made->say("Yes.");
    made->say("\xF0\x9F\x98\x80");
    made->say("No\xFF.");
    made->say(" ");
    made->finish();
    EXPECT_THAT(asked(), ElementsAre("r-1: Yes.", "r-1:  No .", "r-1: |"));
    sound(100);
    event(Type::FlushDone);
    sound(100);
    EXPECT_EQ(heard(), 11U);
    event(Type::FlushDone);
    EXPECT_TRUE(made->complete());
    EXPECT_EQ(heard(), 16U);
}

TEST_F(SonicReplyTest, SaysHowFarItIsByTheWords) {
    made->say("Hello there, you.");
    asked();
    event(Type::Timestamps, "r-1", "", {{"Hello", 0.1}, {"there,", 0.2}});
    sound(400);
    EXPECT_EQ(heard(), 12U);
    event(Type::Timestamps, "r-1", "", {{"you.", 0.4}});
    event(Type::FlushDone);
    EXPECT_EQ(heard(), 17U);
}

TEST_F(SonicReplyTest, ASampleMayBeCutInTwo) {
    made->say("Yes.");
    asked();
    event(Type::Chunk, "r-1", std::string(1601, '\1'));
    event(Type::Chunk, "r-1", std::string(1599, '\1'));
    event(Type::FlushDone);
    heard();
    EXPECT_EQ(samples, 1600U);
}

TEST_F(SonicReplyTest, ASentenceThatCameToNothingIsAskedForOnceMore) {
    struct Row {
        ErrorKind kind;
        Duration pause;
    };
    for (const auto& row : {Row{ErrorKind::ProviderBroke, 0ms}, Row{ErrorKind::Busy, 300ms}}) {
        made = std::make_unique<SonicReply>(Manner({}, {}), rate, "r", 5s);
        made->say("One.");
        made->say(" Two.");
        asked();
        sound(100);
        event(Type::FlushDone);
        fails(row.kind);
        if (row.pause > 0ms) {
            EXPECT_THAT(asked(), IsEmpty());
            now += row.pause;
        }
        EXPECT_THAT(asked(), ElementsAre("r-2:  Two."));
        fails(row.kind, "r-2");
        ASSERT_TRUE(made->failure());
        EXPECT_EQ(made->failure()->kind, row.kind);
    }
}

TEST_F(SonicReplyTest, WhatWasHeardInPartIsNotBegunAgain) {
    made->say("One.");
    asked();
    sound(40);
    fails(ErrorKind::ProviderBroke);
    ASSERT_TRUE(made->failure());
    EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(SonicReplyTest, ARefusalIsFinal) {
    made->say("One.");
    asked();
    fails(ErrorKind::Unavailable);
    ASSERT_TRUE(made->failure());
}

TEST_F(SonicReplyTest, AContextThatDiedOnTheWayIsNoRefusalOfTheText) {
    made->say("One.");
    asked();
    sound(100);
    event(Type::FlushDone);
    now += 400ms;
    made->say(" Two.");
    EXPECT_THAT(asked(), ElementsAre("r-1:  Two."));
    fails(ErrorKind::Unavailable);
    EXPECT_FALSE(made->failure());
    EXPECT_THAT(asked(), ElementsAre("r-2:  Two."));
}

TEST_F(SonicReplyTest, AnErrorWhenNothingIsOwedHurtsNobody) {
    made->say("One.");
    asked();
    sound(100);
    event(Type::FlushDone);
    fails(ErrorKind::Unavailable);
    EXPECT_FALSE(made->failure());
    made->say(" Two.");
    EXPECT_THAT(asked(), ElementsAre("r-2:  Two."));
}

TEST_F(SonicReplyTest, ALostConnectionCostsOnlyWhatWasBeingSpoken) {
    const Error gone{ErrorKind::ProviderBroke, "Cartesia broke off.", {}};
    made->say("One.");
    asked();
    made->lose_connection(gone, now);
    EXPECT_THAT(asked(), ElementsAre("r-2: One."));
    sound(100, "r-2");
    event(Type::FlushDone, "r-2");
    made->lose_connection(gone, now);
    EXPECT_FALSE(made->failure());
    made->say(" Two.");
    EXPECT_THAT(asked(), ElementsAre("r-3:  Two."));
    sound(100, "r-3");
    made->lose_connection(gone, now);
    ASSERT_TRUE(made->failure());
    EXPECT_EQ(made->failure()->message, "Cartesia broke off.");
}

TEST_F(SonicReplyTest, SilenceIsAFailureOnlyWhereSoundIsOwed) {
    now += 1h;
    made->pump(now, true);
    EXPECT_FALSE(made->failure());
    made->say("One.");
    asked();
    now += 4s;
    sound(100);
    now += 4999ms;
    made->pump(now, true);
    EXPECT_FALSE(made->failure());
    now += 1ms;
    made->pump(now, true);
    ASSERT_TRUE(made->failure());
    EXPECT_EQ(made->failure()->kind, ErrorKind::ProviderLate);
    EXPECT_THAT(made->failure()->detail, HasSubstr("5000 ms"));
}

TEST_F(SonicReplyTest, TheTimeForAConnectionIsNotTheTextS) {
    made->say("One.");
    asked();
    now += 4s;
    made->connected(now);
    now += 4s;
    made->pump(now, true);
    EXPECT_FALSE(made->failure());
}

TEST_F(SonicReplyTest, AModelThatThinksInTheMiddleHurtsNobody) {
    // With a server that says of sentences only when their words end.
    made->say("One two.");
    asked();
    event(Type::Timestamps, "r-1", "", {{"One", 0.05}, {"two.", 0.1}});
    sound(100);
    now += 1min;
    made->pump(now, true);
    EXPECT_FALSE(made->failure());
    EXPECT_EQ(heard(), 8U);
    made->say(" Three.");
    EXPECT_THAT(asked(), ElementsAre("r-2:  Three."));
}

TEST_F(SonicReplyTest, WordsThatAreToldButNotSpokenAreOwed) {
    made->say("One two.");
    asked();
    event(Type::Timestamps, "r-1", "", {{"One", 0.3}, {"two.", 1.0}});
    sound(500);
    now += 1s;
    made->pump(now, true);
    EXPECT_FALSE(made->failure());
    now += 4s;
    made->pump(now, true);
    ASSERT_TRUE(made->failure()) << "half of it was not heard";
    EXPECT_EQ(heard(), 3U);
}

TEST_F(SonicReplyTest, SentencesStandApart) {
    made->say("One.");
    made->say("Two.");
    made->say(" Three. ");
    made->say("Four.");
    EXPECT_THAT(asked(), ElementsAre("r-1: One.", "r-1:  Two.", "r-1:  Three. ", "r-1: Four."));
}

TEST_F(SonicReplyTest, AsksForNoMoreThanIsFetched) {
    made->say("One.");
    EXPECT_THAT(asked(false), IsEmpty());
    EXPECT_THAT(asked(true), ElementsAre("r-1: One."));
}

}  // namespace

}  // namespace repartee::engines::cartesia
