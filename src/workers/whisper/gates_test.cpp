#include "workers/whisper/gates.h"

#include <gmock/gmock.h>

namespace repartee::workers::whisper {
namespace {

using namespace std::chrono_literals;

struct Case {
    const char* why;
    Evidence evidence;
    std::optional<Doubt> doubt;
};

const Case cases[] = {
    {"a sentence", {.text = "Turn on the light.", .language = "en", .mean_log_prob = -0.3F}, std::nullopt},
    {"nothing is nothing to doubt", {.text = "", .no_speech = 0.99F, .mean_log_prob = -2}, std::nullopt},
    {"quiet, but the words are sure",
     {.text = "Turn on the light.", .language = "en", .no_speech = 0.9F, .mean_log_prob = -0.3F},
     std::nullopt},
    {"nobody spoke and the words are unsure",
     {.text = "The weather in the", .language = "en", .no_speech = 0.9F, .mean_log_prob = -1.4F},
     Doubt::NobodySpoke},
    {"unsure of every word",
     {.text = "The weather in the", .language = "en", .no_speech = 0.1F, .mean_log_prob = -1.4F},
     Doubt::Guesswork},
    {"the detector heard nobody",
     {.text = "Turn on the light.", .language = "en", .mean_log_prob = -0.1F, .voice = VoiceHeard{0ms, 2s}},
     Doubt::NoVoice},
    {"a click in a long silence",
     {.text = "Turn on the light.", .language = "en", .mean_log_prob = -0.1F, .voice = VoiceHeard{96ms, 20s}},
     Doubt::NoVoice},
    {"a short no in a long silence",
     {.text = "No.", .language = "en", .mean_log_prob = -0.1F, .voice = VoiceHeard{256ms, 20s}},
     std::nullopt},
    {"a record that hangs",
     {.text = "I know, I know, I know, I know, I know, I know, I know, I know, I know, I know.",
      .language = "en",
      .mean_log_prob = -0.1F},
     Doubt::Repetition},
    {"somebody says thank you",
     {.text = "Thank you.", .language = "en", .mean_log_prob = -0.2F, .voice = VoiceHeard{700ms, 1s}},
     std::nullopt},
    {"silence says thank you",
     {.text = "Thank you.", .language = "en", .mean_log_prob = -0.2F, .voice = VoiceHeard{96ms, 1s}},
     Doubt::Phantom},
    {"without a detector the model's own doubt decides",
     {.text = "Thanks for watching!", .language = "en", .no_speech = 0.5F, .mean_log_prob = -0.4F},
     Doubt::Phantom},
    {"another language's phantom is a sentence",
     {.text = "Vielen Dank.", .language = "en", .no_speech = 0.5F, .mean_log_prob = -0.4F},
     std::nullopt},
    {"its own is not",
     {.text = "Vielen Dank.", .language = "de-DE", .no_speech = 0.5F, .mean_log_prob = -0.4F},
     Doubt::Phantom},
};

TEST(Gates, DoubtWhatNobodySaid) {
    for (const auto& row : cases) {
        EXPECT_EQ(doubt_in(row.evidence), row.doubt) << row.why;
    }
}

TEST(Gates, EveryDoubtHasAName) {
    for (auto doubt :
         {Doubt::NobodySpoke, Doubt::NoVoice, Doubt::Guesswork, Doubt::Repetition, Doubt::Phantom}) {
        EXPECT_FALSE(name_of(doubt).empty());
    }
}

TEST(Gates, PhantomsAreKnownWhateverTheirPunctuation) {
    EXPECT_TRUE(is_phantom("Subtitles by the Amara.org community", "en"));
    EXPECT_TRUE(is_phantom("ご視聴ありがとうございました。", "ja"));
    EXPECT_TRUE(is_phantom(" धन्यवाद।", "hi"));
    EXPECT_TRUE(is_phantom("Thanks for watching!", ""));
    EXPECT_FALSE(is_phantom("thank you for the music", "en"));
}

TEST(Gates, RepetitionIsMeasured) {
    EXPECT_LT(repetition("What time is it, and what will the weather be tomorrow?"), 1.3F);
    EXPECT_GT(repetition(std::string(200, 'a')), 5);
}

}  // namespace
}  // namespace repartee::workers::whisper
