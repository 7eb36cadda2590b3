#include "devices/portaudio/choice.h"

#include <gmock/gmock.h>

namespace repartee::devices::portaudio {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<AudioInput> inputs{
    {.number = 0, .name = "HDA Intel PCH: ALC256 (hw:0,0)", .system = "ALSA", .channels = 2, .rate = 44100},
    {.number = 3, .name = "Room USB: Audio (hw:1,0)", .system = "ALSA", .channels = 1, .rate = 48000},
    {.number = 4, .name = "pulse", .system = "ALSA", .channels = 32, .rate = 44100},
    {.number = 5, .name = "default", .system = "ALSA", .channels = 32, .rate = 44100, .is_default = true},
    {.number = 6, .name = "7", .system = "ALSA", .channels = 1, .rate = 44100},
};

TEST(Choice, GoesByNumberAndByName) {
    const std::pair<std::string_view, int> rows[] = {{"", 5},    {"0", 0},    {"3", 3},     {"pulse", 4},
                                                     {"USB", 3}, {"room", 3}, {"hw:1", 3},  {"(hw:0,0)", 0},
                                                     {"7", 6},   {"def", 5},  {"intel", 0}, {"PULSE", 4}};
    for (const auto& [wish, number] : rows) {
        EXPECT_EQ(chosen(inputs, wish).value().number, number) << wish;
    }
}

TEST(Choice, SaysWhatThereIsWhereThereIsNoSuchInput) {
    auto missing = chosen(inputs, "webcam");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("3 'Room USB: Audio (hw:1,0)'"));
    EXPECT_THAT(chosen({}, "").error().message, HasSubstr("no microphone"));
    EXPECT_FALSE(chosen(inputs, "99"));
}

TEST(Choice, TakesTheFirstWhereNoneIsTheDefault) {
    EXPECT_EQ(chosen(std::span(inputs).first(2), "").value().number, 0);
}

TEST(Choice, TriesEachRateAndNumberOfChannelsOnce) {
    EXPECT_THAT(rates_to_try(0, 48000), ElementsAre(48000, 44100, 32000, 16000));
    EXPECT_THAT(rates_to_try(0, 11025), ElementsAre(11025, 48000, 44100, 32000, 16000));
    EXPECT_THAT(rates_to_try(22050, 48000), ElementsAre(22050));
    EXPECT_THAT(channels_to_try(0, 32), ElementsAre(1, 2, 32));
    EXPECT_THAT(channels_to_try(0, 1), ElementsAre(1));
    EXPECT_THAT(channels_to_try(6, 8), ElementsAre(6));
}

TEST(MixDown, IsTheMeanOfTheChannels) {
    const std::vector<audio::Sample> sound{32767, 32767, 100, -100, -32768, -32768, 1};
    std::vector<audio::Sample> mono;
    mix_down(sound, 2, mono);
    EXPECT_THAT(mono, ElementsAre(32767, 0, -32768));
    mono.clear();
    mix_down(sound, 1, mono);
    EXPECT_EQ(mono, sound);
    mono.clear();
    mix_down(sound, 3, mono);
    EXPECT_THAT(mono, ElementsAre(21878, -21878));
}

}  // namespace
}  // namespace repartee::devices::portaudio
