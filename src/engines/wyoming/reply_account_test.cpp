#include "engines/wyoming/reply_account.h"

#include "engines/wyoming/service_peer.h"

#include <gmock/gmock.h>

namespace repartee::engines::wyoming {

namespace {

// At 14 characters a second, the rate from which everybody is judged at first.
repartee::wyoming::Event sound_for(std::size_t characters) {
    return {.type = "audio-chunk",
            .data = sound_format(14'000),
            .payload = std::string(2 * 1'000 * characters, '\1')};
}

std::optional<std::size_t> end_after(std::size_t characters, const std::vector<std::string>& sentences) {
    ReplyAccount account(1, Ends::Guessed);
    for (const auto& sentence : sentences) {
        account.sentence(sentence);
    }
    account.take(sound_for(characters));
    return account.end_at_a_pause();
}

const std::string ten = "Ten to say";
const std::string forty = "Forty characters are said in three second";

}  // namespace

TEST(ReplyAccount, APauseIsTheEndOfTheNextSentence) {
    EXPECT_EQ(end_after(10, {ten, forty}), 10U);
    EXPECT_EQ(end_after(18, {ten, ten}), 10U) << "although it could be of both";
    EXPECT_EQ(end_after(28, {forty, ten}), forty.size()) << "spoken faster than most speak";
    EXPECT_EQ(end_after(55, {forty, ten}), forty.size()) << "or slower";
}

TEST(ReplyAccount, APauseMayBeTheEndOfSeveralSentences) {
    EXPECT_EQ(end_after(50, {ten, forty, forty}), 10 + forty.size());
    EXPECT_EQ(end_after(95, {ten, forty, forty}), 10 + 2 * forty.size());
}

TEST(ReplyAccount, APauseMayBeInTheMiddle) {
    EXPECT_EQ(end_after(10, {forty, ten}), std::nullopt);
    EXPECT_EQ(end_after(10, {}), std::nullopt);
    EXPECT_EQ(end_after(0, {ten}), std::nullopt);
}

TEST(ReplyAccount, CountsWhatIsOpen) {
    ReplyAccount account(1, Ends::Guessed);
    EXPECT_EQ(account.sentences_open(), 0U);
    account.sentence(ten);
    account.sentence(forty);
    EXPECT_EQ(account.sentences_open(), 2U);
    account.take(sound_for(10));
    account.spoken_until(10);
    EXPECT_EQ(account.sentences_open(), 1U);
    EXPECT_EQ(account.spoken(), 10U);
    EXPECT_EQ(account.said(), 10 + forty.size());
}

}  // namespace repartee::engines::wyoming
