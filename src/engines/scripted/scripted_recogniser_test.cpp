#include "engines/scripted/scripted_recogniser.h"

#include "engines/scripted/test_stage.h"

#include <gtest/gtest.h>

namespace repartee::engines::scripted {

namespace {

const std::vector<audio::Sample> frame(320);  // 20 ms

std::vector<std::string> texts(const std::vector<Timed<Transcript>>& heard) {
    std::vector<std::string> all;
    for (const auto& [at, transcript] : heard) {
        all.push_back(transcript.text + (transcript.is_final ? "." : ""));
    }
    return all;
}

TEST(ScriptedRecogniser, TellsGrowingPartialsAndTheFinalAfterItsDelay) {
    TestStage stage;
    ScriptedRecogniser recogniser({.heard = "what time is it", .partials = 2, .final_delay = 80ms},
                                  stage.clock);
    auto ear = recogniser.start({.language = "en", .partials = true});
    ear->push(frame);
    ear->finish();
    auto heard = stage.run(read_all<Transcript>(*ear, stage.clock));
    EXPECT_EQ(texts(heard), (std::vector<std::string>{"what time", "what time is it", "what time is it."}));
    EXPECT_EQ(heard[1].at, 0ms);
    EXPECT_EQ(heard[2].at, 80ms);
    EXPECT_EQ(heard[2].value.language, "en");
}

awaitable<std::vector<Timed<Transcript>>> speak_for_a_second(RecogniserStream& ear, Clock& clock) {
    for (int i = 0; i < 50; ++i) {
        ear.push(frame);
        co_await clock.sleep(20ms);
    }
    ear.finish();
    co_return std::vector<Timed<Transcript>>{};
}

TEST(ScriptedRecogniser, TranslatesWhereItsSettingsSaySo) {
    TestStage stage;
    ScriptedRecogniser recogniser({.heard = "kya samay hai", .translation = "what time", .partials = 1},
                                  stage.clock);
    for (const auto& [request, text, translated_to] :
         {std::tuple(RecognitionRequest{.language = "hi", .translate_to = "en"}, "what time", "en"),
          std::tuple(RecognitionRequest{.language = "hi"}, "kya samay hai", ""),
          std::tuple(RecognitionRequest{.language = "en", .translate_to = "en"}, "kya samay hai", "")}) {
        auto ear = recogniser.start(request);
        ear->push(frame);
        ear->finish();
        auto heard = stage.run(read_all<Transcript>(*ear, stage.clock));
        ASSERT_EQ(heard.size(), 1U);
        EXPECT_EQ(heard[0].value.text, text);
        EXPECT_EQ(heard[0].value.language, request.language);
        EXPECT_EQ(heard[0].value.translated_to, translated_to);
    }
}

TEST(ScriptedRecogniser, TellsOnePartialForEachFifthOfASecond) {
    TestStage stage;
    ScriptedRecogniser recogniser({.heard = "a b c", .partials = 3}, stage.clock);
    auto ear = recogniser.start({.partials = true});
    asio::co_spawn(stage.context, speak_for_a_second(*ear, stage.clock), [](auto&&...) {});
    auto heard = stage.run(read_all<Transcript>(*ear, stage.clock));
    ASSERT_EQ(texts(heard), (std::vector<std::string>{"a", "a b", "a b c", "a b c."}));
    EXPECT_EQ(heard[0].at, 180ms);  // with the tenth frame
    EXPECT_EQ(heard[1].at, 380ms);
    EXPECT_EQ(heard[3].at, 1000ms);
}

TEST(ScriptedRecogniser, TellsOnlyTheFinalWhereNobodyReadsPartials) {
    TestStage stage;
    ScriptedRecogniser recogniser({.heard = "a b c"}, stage.clock);
    auto ear = recogniser.start({});
    ear->push(frame);
    ear->finish();
    EXPECT_EQ(texts(stage.run(read_all<Transcript>(*ear, stage.clock))), std::vector<std::string>{"a b c."});
}

TEST(ScriptedRecogniser, HearsNothingWithoutAudio) {
    TestStage stage;
    ScriptedRecogniser recogniser({}, stage.clock);
    auto ear = recogniser.start({.partials = true});
    ear->finish();
    ear->push(frame);  // too late to count
    EXPECT_EQ(texts(stage.run(read_all<Transcript>(*ear, stage.clock))), std::vector<std::string>{"."});
}

TEST(ScriptedRecogniser, TellsNoMorePartialsThanThereAreWords) {
    TestStage stage;
    ScriptedRecogniser recogniser({.heard = "stop", .partials = 5}, stage.clock);
    auto ear = recogniser.start({.partials = true});
    ear->push(frame);
    ear->finish();
    EXPECT_EQ(texts(stage.run(read_all<Transcript>(*ear, stage.clock))),
              (std::vector<std::string>{"stop", "stop."}));
}

}  // namespace

}  // namespace repartee::engines::scripted
