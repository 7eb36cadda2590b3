#include "engines/scripted/scripted_synthesiser.h"

#include "engines/scripted/test_stage.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace repartee::engines::scripted {

namespace {

using Chunks = std::vector<Timed<SpeechChunk>>;

std::vector<std::size_t> spoken(const Chunks& chunks) {
    std::vector<std::size_t> bytes;
    for (const auto& [at, chunk] : chunks) {
        bytes.push_back(chunk.spoken_bytes);
    }
    return bytes;
}

bool is_quiet(const SpeechChunk& chunk) {
    return std::ranges::all_of(chunk.samples, [](audio::Sample sample) { return sample == 0; });
}

TEST(ScriptedSynthesiser, SpeaksACharacterAChunkAndCountsWholeWords) {
    TestStage stage;
    ScriptedSynthesiser synthesiser({}, stage.clock);
    auto speech = synthesiser.start({});
    speech->say("Hi no.");
    speech->say("ok");
    speech->finish();
    auto chunks = stage.run(read_all<SpeechChunk>(*speech, stage.clock));
    EXPECT_EQ(spoken(chunks), (std::vector<std::size_t>{0, 2, 2, 2, 2, 6, 6, 8}));
    EXPECT_EQ(chunks[0].value.samples.size(), 960u);
    EXPECT_FALSE(is_quiet(chunks[0].value));
    EXPECT_TRUE(is_quiet(chunks[2].value));
    EXPECT_EQ(chunks.back().at, 0ms);
}

TEST(ScriptedSynthesiser, TakesAMultiByteCharacterAsOne) {
    TestStage stage;
    ScriptedSynthesiser synthesiser({}, stage.clock);
    auto speech = synthesiser.start({});
    speech->say("हाँ जी");  // three signs, a space, two signs
    speech->finish();
    auto chunks = stage.run(read_all<SpeechChunk>(*speech, stage.clock));
    EXPECT_EQ(spoken(chunks), (std::vector<std::size_t>{0, 0, 9, 9, 9, 16}));
}

TEST(ScriptedSynthesiser, MakesSoundAtTheConfiguredMultipleOfRealTime) {
    TestStage stage;
    ScriptedSynthesiser synthesiser({.first_audio = 100ms, .speed = 2}, stage.clock);
    auto speech = synthesiser.start({});
    speech->say("abc");
    speech->finish();
    auto chunks = stage.run(read_all<SpeechChunk>(*speech, stage.clock));
    ASSERT_EQ(chunks.size(), 3u);
    EXPECT_EQ(chunks[0].at, 100ms);
    EXPECT_EQ(chunks[1].at, 130ms);
    EXPECT_EQ(chunks[2].at, 160ms);
}

awaitable<int> say_late(SpeechStream& speech, Clock& clock) {
    co_await clock.sleep(500ms);
    speech.say("b");
    speech.finish();
    co_return 0;
}

TEST(ScriptedSynthesiser, PausesWhileThereIsNothingToSay) {
    TestStage stage;
    ScriptedSynthesiser synthesiser({.first_audio = 100ms, .speed = 1}, stage.clock);
    auto speech = synthesiser.start({});
    speech->say("a");
    asio::co_spawn(stage.context, say_late(*speech, stage.clock), [](auto&&...) {});
    auto chunks = stage.run(read_all<SpeechChunk>(*speech, stage.clock));
    ASSERT_EQ(chunks.size(), 2u);
    EXPECT_EQ(chunks[0].at, 100ms);
    EXPECT_EQ(chunks[1].at, 500ms);  // the first delay is paid once
}

TEST(ScriptedSynthesiser, FollowsTheVoicesSpeedWithinReason) {
    TestStage stage;
    ScriptedSynthesiser synthesiser({}, stage.clock);
    for (auto [speed, samples] : {std::pair{2.0, 480u}, {0.5, 1920u}, {100.0, 480u}, {-1.0, 1920u}}) {
        auto speech = synthesiser.start({.voice = {.speed = speed}});
        speech->say("a");
        speech->finish();
        auto chunks = stage.run(read_all<SpeechChunk>(*speech, stage.clock));
        ASSERT_EQ(chunks.size(), 1u);
        EXPECT_EQ(chunks[0].value.samples.size(), samples);
    }
}

TEST(ScriptedSynthesiser, EndsAtOnceWhenNothingWasSaid) {
    TestStage stage;
    ScriptedSynthesiser synthesiser({.first_audio = 100ms}, stage.clock);
    auto speech = synthesiser.start({});
    speech->say("");
    speech->finish();
    EXPECT_TRUE(stage.run(read_all<SpeechChunk>(*speech, stage.clock)).empty());
}

}  // namespace

}  // namespace repartee::engines::scripted
