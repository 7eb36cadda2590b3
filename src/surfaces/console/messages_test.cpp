#include "surfaces/console/messages.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::console {
namespace {

TEST(ConsoleMessages, OfTheLogSayHowManyLinesAreLost) {
    std::vector<LogTail::Line> lines{{7, LogLevel::Warning, 1'700'000'000'000, "broke  ms=2"}};
    auto told = describe(lines, 3);
    EXPECT_EQ(told.at("type"), "log");
    EXPECT_EQ(told.at("lost"), 3);
    EXPECT_EQ(told.at("lines").at(0).at("level"), "warning");
    EXPECT_EQ(told.at("lines").at(0).at("text"), "broke  ms=2");
    // Who comes now has missed nothing of theirs.
    EXPECT_EQ(describe(lines, 0).at("lost"), 0);
    EXPECT_EQ(describe(std::vector<LogTail::Line>{}, 3).at("lost"), 0);
}

TEST(ConsoleMessages, OfAModelSayWhatIsHereAndWhatIsOnItsWay) {
    ModelShelf shelf{
        .folder = "/data/models",
        .hub = "https://hub.example",
        .room = 5,
        .models = {{.name = "base.en", .file = "ggml-base.en.bin", .engine = "whisper", .bytes = 3}}};
    auto told =
        describe(shelf, {{.name = "silero", .state = ModelFetch::State::Fetching, .bytes = 1, .whole = 2}});
    EXPECT_EQ(told.at("models").at(0).at("name"), "base.en");
    EXPECT_EQ(told.at("models").at(0).at("bytes"), 3);
    EXPECT_EQ(told.at("fetches").at(0).at("state"), "fetching");
}

TEST(ConsoleMessages, OfTheDoctorHaveAMarkForEachLine) {
    Examination examination{
        .state = Examination::State::Done,
        .well = false,
        .parts = {
            {"Devices", {{Examination::Line::Mark::Bad, "robot", "is not reachable", "switch it on"}}}}};
    auto told = describe(examination);
    EXPECT_EQ(told.at("state"), "done");
    EXPECT_EQ(told.at("parts").at(0).at("heading"), "Devices");
    EXPECT_EQ(told.at("parts").at(0).at("lines").at(0).at("mark"), "bad");
    EXPECT_EQ(told.at("parts").at(0).at("lines").at(0).at("advice"), "switch it on");
}

}  // namespace
}  // namespace repartee::surfaces::console
