// What every recogniser must do, whatever it is: engines/recogniser.h as tests.
//
// An engine joins by instantiating the suite in a *_contract_test.cpp of its own program:
//
//     INSTANTIATE_TEST_SUITE_P(Scripted, RecogniserContract, testing::Values(RecogniserCase{...}),
//                              recogniser_case_name);
#pragma once

#include "engines/recogniser.h"
#include "house.h"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace repartee::engines {

struct RecogniserCase {
    std::string name;
    Time time = Time::Real;
    // What the engine is given outlives it.
    std::function<std::unique_ptr<Recogniser>(House&)> create;
    std::function<std::vector<audio::Sample>()> speech;  // in which it hears some words
    bool tells_silence = true;                           // whether it knows silence from speech
    friend std::ostream& operator<<(std::ostream& out, const RecogniserCase& one) { return out << one.name; }
};

inline std::string recogniser_case_name(const testing::TestParamInfo<RecogniserCase>& info) {
    return info.param.name;
}

class RecogniserContract : public testing::TestWithParam<RecogniserCase> {
protected:
    using Samples = std::vector<audio::Sample>;

    static constexpr std::size_t frame = audio::speech_rate / 50;

    static void push_in_pieces(RecogniserStream& stream, std::span<const audio::Sample> samples,
                               std::size_t piece) {
        for (; !samples.empty(); samples = samples.subspan(std::min(piece, samples.size()))) {
            stream.push(samples.first(std::min(piece, samples.size())));
        }
    }

    std::unique_ptr<RecogniserStream> speak(const Samples& samples, RecognitionRequest request = {},
                                            std::size_t piece = frame) {
        auto stream = recogniser->start(request);
        push_in_pieces(*stream, samples, piece);
        return stream;
    }

    // The final of a stream that has been finished.
    Transcript final_of(RecogniserStream& stream) {
        auto reading = read_all<Transcript>(house, stream);
        EXPECT_FALSE(reading.failure);
        EXPECT_FALSE(reading.outputs.empty());
        return reading.outputs.empty() ? Transcript{} : reading.outputs.back();
    }

    Transcript hear(const Samples& samples, std::size_t piece = frame) {
        auto stream = speak(samples, {}, piece);
        stream->finish();
        return final_of(*stream);
    }

    House house{GetParam().time};
    std::unique_ptr<Recogniser> recogniser = GetParam().create(house);
    const Samples speech = GetParam().speech();
};

TEST_P(RecogniserContract, GivesPartialsThenOneFinalThenNothing) {
    auto stream = speak(speech, {.partials = true});
    stream->finish();
    auto reading = read_all<Transcript>(house, *stream);
    ASSERT_FALSE(reading.failure);
    ASSERT_FALSE(reading.outputs.empty());
    for (std::size_t i = 0; i < reading.outputs.size(); ++i) {
        EXPECT_EQ(reading.outputs[i].is_final, i + 1 == reading.outputs.size());
    }
    EXPECT_FALSE(reading.outputs.back().text.empty());
    EXPECT_TRUE(read_all<Transcript>(house, *stream).outputs.empty());
}

TEST_P(RecogniserContract, GivesPartialsWhileItIsSpokenTo) {
    if (!recogniser->capabilities().partials) {
        GTEST_SKIP() << "has none";
    }
    auto stream = recogniser->start({.partials = true});
    Reading<Transcript> early;
    Task reading(house.executor(), read(*stream, early, 1));
    house.run_what_is_ready();
    push_in_pieces(*stream, speech, frame);
    house.run_until([&] { return early.done(); });
    ASSERT_EQ(early.outputs.size(), 1U);
    EXPECT_FALSE(early.outputs.front().is_final);
    EXPECT_FALSE(early.outputs.front().text.empty());
    stream->finish();
    EXPECT_TRUE(final_of(*stream).is_final);
}

TEST_P(RecogniserContract, GivesOnlyTheFinalWhenNobodyReadsPartials) {
    auto stream = speak(speech);
    stream->finish();
    auto reading = read_all<Transcript>(house, *stream);
    ASSERT_EQ(reading.outputs.size(), 1U);
    EXPECT_TRUE(reading.outputs.front().is_final);
}

TEST_P(RecogniserContract, GivesAnEmptyFinalWithoutAudio) {
    auto stream = recogniser->start({.partials = true});
    stream->finish();
    auto reading = read_all<Transcript>(house, *stream);
    ASSERT_EQ(reading.outputs.size(), 1U);
    EXPECT_TRUE(reading.outputs.front().is_final);
    EXPECT_EQ(reading.outputs.front().text, "");
}

TEST_P(RecogniserContract, HearsNoWordsInSilence) {
    if (!GetParam().tells_silence) {
        GTEST_SKIP() << "takes any audio for speech";
    }
    EXPECT_EQ(hear(Samples(2 * audio::speech_rate)).text, "");
}

TEST_P(RecogniserContract, TakesTheShortestUtterance) {
    EXPECT_TRUE(hear(Samples(1)).is_final);
}

TEST_P(RecogniserContract, HearsTheSameInPiecesOfAnySize) {
    auto expected = hear(speech).text;
    EXPECT_EQ(hear(speech, 777).text, expected);
    EXPECT_EQ(hear(speech, speech.size()).text, expected);
}

TEST_P(RecogniserContract, IgnoresWhatComesAfterFinish) {
    auto expected = hear(speech).text;
    auto stream = speak(speech);
    stream->finish();
    stream->push(speech);
    stream->finish();
    EXPECT_EQ(final_of(*stream).text, expected);
}

TEST_P(RecogniserContract, HearsSeveralAtOnce) {
    auto expected = hear(speech).text;
    std::vector<std::unique_ptr<RecogniserStream>> streams;
    for (int i = 0; i < 4; ++i) {
        streams.push_back(recogniser->start({}));
    }
    for (std::size_t at = 0; at < speech.size(); at += frame) {
        for (auto& stream : streams) {
            stream->push(std::span(speech).subspan(at, std::min(frame, speech.size() - at)));
        }
    }
    for (auto& stream : streams) {
        stream->finish();
    }
    for (auto& stream : streams) {
        EXPECT_EQ(final_of(*stream).text, expected);
    }
}

TEST_P(RecogniserContract, ThrowsWhenCancelledAndEndsTheStream) {
    auto stream = speak(speech);
    Reading<Transcript> reading;
    Task task(house.executor(), read(*stream, reading));
    house.run_what_is_ready();
    task.cancel();
    house.run_until([&] { return !task.running(); });
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(error_of(reading.failure).kind, ErrorKind::Cancelled);

    stream->finish();
    auto afterwards = read_all<Transcript>(house, *stream);
    EXPECT_TRUE(afterwards.over);
    EXPECT_TRUE(afterwards.outputs.empty());
}

TEST_P(RecogniserContract, StopsWhenTheStreamIsDestroyed) {
    auto expected = hear(speech).text;
    for (int round = 0; round < 3; ++round) {
        recogniser->start({}).reset();                      // before any audio
        speak(speech).reset();                              // in the middle
        auto finished = speak(speech, {.partials = true});  // and when only the final is missing
        finished->finish();
        Reading<Transcript> reading;
        Task task(house.executor(), read(*finished, reading));
        house.run_what_is_ready();
        task.cancel();
        house.run_until([&] { return !task.running(); });
        finished.reset();
    }
    EXPECT_EQ(hear(speech).text, expected);
}

TEST_P(RecogniserContract, NamesWordsInTheirOrderWithinTheUtterance) {
    auto heard = hear(speech);
    auto length =
        std::chrono::ceil<std::chrono::milliseconds>(audio::duration_of(speech.size(), audio::speech_rate));
    std::chrono::milliseconds before{0};
    std::string text;
    for (const auto& word : heard.words) {
        EXPECT_LE(before, word.start) << word.text;
        EXPECT_LT(word.start, word.end) << word.text;
        EXPECT_LE(word.end, length + 20ms) << word.text;
        EXPECT_GE(word.confidence, 0) << word.text;
        EXPECT_LE(word.confidence, 1) << word.text;
        before = word.start;
        text += (text.empty() ? "" : " ") + word.text;
    }
    if (!heard.words.empty()) {
        EXPECT_EQ(text, heard.text);
    }
    if (heard.confidence) {
        EXPECT_GE(*heard.confidence, 0);
        EXPECT_LE(*heard.confidence, 1);
    }
}

TEST_P(RecogniserContract, RefusesWhatItDoesNotUnderstandOrTranslate) {
    house.run(recogniser->check());
    const Language klingon = "tlh";
    for (const auto& request :
         {RecognitionRequest{.language = klingon}, RecognitionRequest{.translate_to = klingon}}) {
        auto can = recogniser->capabilities();
        if (understands(can, request) && translates(can, request)) {
            continue;  // there are some for any language
        }
        auto stream = speak(speech, request);
        stream->finish();
        auto reading = read_all<Transcript>(house, *stream);
        EXPECT_TRUE(reading.outputs.empty());
        ASSERT_TRUE(reading.failure);
        try {
            std::rethrow_exception(reading.failure);
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Unsupported);
        }
    }
}

TEST_P(RecogniserContract, SaysWhoItIsAndWhetherItIsUsable) {
    EXPECT_FALSE(recogniser->info().kind.empty());
    auto health = house.run(recogniser->check());
    EXPECT_TRUE(health.usable) << health.reason;
    EXPECT_FALSE(health.reason.empty());
}

}  // namespace repartee::engines
