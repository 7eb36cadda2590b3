#include "engines/llama/slots.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <optional>

namespace repartee::engines::llama {

namespace {

// What was said so far, the user first.
Prompt prompt_of(std::string instructions, std::vector<std::string> said) {
    Prompt prompt{.messages = {{.role = Role::System, .content = std::move(instructions)}}};
    for (auto& words : said) {
        auto role = prompt.messages.size() % 2 == 1 ? Role::User : Role::Assistant;
        prompt.messages.push_back({.role = role, .content = std::move(words)});
    }
    return prompt;
}

class Slots : public testing::Test {
protected:
    std::size_t slot_of(std::vector<std::string> said, std::string instructions = "Be brief.") {
        return book_.take(fingerprint_of(prompt_of(std::move(instructions), std::move(said)))).slot();
    }

    SlotBook book_{3};
};

}  // namespace

TEST_F(Slots, AConversationComesBackToItsSlot) {
    auto first = slot_of({"hello there"});
    auto second = slot_of({"good morning"});
    EXPECT_NE(first, second);
    for (int turn = 0; turn < 3; ++turn) {
        EXPECT_EQ(slot_of({"hello there", "Hi.", "how are you"}), first);
        EXPECT_EQ(slot_of({"good morning", "Morning.", "what time is it"}), second);
    }
    // What was heard of a reply, and what was asked again with more words, makes no other conversation of it.
    EXPECT_EQ(slot_of({"hello there", "Hi.", "how are you today"}), first);
    EXPECT_EQ(slot_of({"good morning", "Morning.", "what time is it", "It is", "stop"}), second);
}

TEST_F(Slots, InstructionsAloneMakeNoConversation) {
    auto first = slot_of({"hello"});
    EXPECT_NE(slot_of({"what time is it"}), first);
    // But what was read before the first word belongs to whoever speaks first.
    auto read_ahead = slot_of({}, "Be a pirate.");
    EXPECT_EQ(slot_of({"ahoy"}, "Be a pirate."), read_ahead);
}

TEST_F(Slots, ABriefLikenessMakesNoConversation) {
    auto first = slot_of({"hello", "Hi.", "how are you"});
    EXPECT_NE(slot_of({"hello", "Hello!", "sing a song"}), first);
}

TEST_F(Slots, AConversationMayLoseItsOldestMessages) {
    std::vector<std::string> said;
    for (int i = 0; i < 21; ++i) {
        said.push_back("message " + std::to_string(i));
    }
    auto slot = slot_of(said);
    slot_of({"somebody else"});
    said.erase(said.begin(), said.begin() + 14);
    said.insert(said.end(), {"message 21", "message 22"});
    EXPECT_EQ(slot_of(said), slot);
}

TEST_F(Slots, ANewConversationTakesTheSlotThatHasBeenSilentForLongest) {
    auto first = slot_of({"a"});
    auto second = slot_of({"b"});
    slot_of({"c"});
    EXPECT_EQ(slot_of({"a", "A.", "aa"}), first);
    EXPECT_EQ(slot_of({"d"}), second);
}

TEST_F(Slots, ANewConversationDoesNotWaitForASlotInUse) {
    auto busy = book_.take(fingerprint_of(prompt_of("Be brief.", {"a"})));
    slot_of({"b"});
    slot_of({"c"});
    EXPECT_NE(slot_of({"d"}), busy.slot());
    EXPECT_EQ(slot_of({"a", "A.", "aa"}), busy.slot());
}

TEST_F(Slots, NoMoreWaitThanTheServerHasThreadsFor) {
    std::vector<SlotBook::Lease> leases;
    auto prompt = fingerprint_of(prompt_of("Be brief.", {"a"}));
    for (std::size_t i = 0; i < 3 + most_waiting; ++i) {
        leases.push_back(book_.take(prompt));
    }
    EXPECT_THROW(book_.take(prompt), Failure);
    leases.pop_back();
    EXPECT_NO_THROW(book_.take(prompt));
}

TEST_F(Slots, AServerThatWasStartedAgainRemembersNothing) {
    slot_of({"a"});
    book_.forget();
    auto first = slot_of({"x"});
    EXPECT_NE(slot_of({"a", "A.", "aa"}), first);
}

TEST(Fingerprint, TellsPromptsApart) {
    auto one = prompt_of("Be brief.", {"a", "b"});
    auto other = one;
    EXPECT_EQ(fingerprint_of(one), fingerprint_of(other));
    other.skills.push_back(shared({.name = "clock", .description = "Tells the time.", .parameters = {}}));
    EXPECT_NE(fingerprint_of(one).front(), fingerprint_of(other).front());
    other = one;
    other.messages.back().calls.push_back({.id = "1", .name = "clock", .arguments = {}});
    EXPECT_NE(fingerprint_of(one).back(), fingerprint_of(other).back());
    EXPECT_TRUE(begins_with({1, 2, 3}, {1, 2}));
    EXPECT_TRUE(begins_with({1, 2}, {1, 2}));
    EXPECT_FALSE(begins_with({1, 2}, {1, 2, 3}));
    EXPECT_FALSE(begins_with({1, 3}, {1, 2}));
}

}  // namespace repartee::engines::llama
