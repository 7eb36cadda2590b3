// What every synthesiser must do, whatever it is: engines/synthesiser.h as tests.
//
// An engine joins by instantiating the suite in a *_contract_test.cpp of its own program:
//
//     INSTANTIATE_TEST_SUITE_P(Scripted, SynthesiserContract, testing::Values(SynthesiserCase{...}),
//                              synthesiser_case_name);
#pragma once

#include "engines/synthesiser.h"
#include "house.h"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace repartee::engines {

struct SynthesiserCase {
    std::string name;
    Time time = Time::Real;
    bool changes_speed = true;  // whether it can speak faster and slower
    // What the engine is given outlives it.
    std::function<std::unique_ptr<Synthesiser>(House&)> create;
    friend std::ostream& operator<<(std::ostream& out, const SynthesiserCase& one) { return out << one.name; }
};

inline std::string synthesiser_case_name(const testing::TestParamInfo<SynthesiserCase>& info) {
    return info.param.name;
}

class SynthesiserContract : public testing::TestWithParam<SynthesiserCase> {
protected:
    using Speech = Reading<SpeechChunk>;

    static std::size_t length_of(const Speech& speech) {
        std::size_t samples = 0;
        for (const auto& chunk : speech.outputs) {
            samples += chunk.samples.size();
        }
        return samples;
    }

    // Chunks in order that end when `total` bytes are spoken.
    void expect_sound(const Speech& speech, std::size_t total) const {
        ASSERT_FALSE(speech.failure) << error_of(speech.failure).message;
        ASSERT_FALSE(speech.outputs.empty());
        std::size_t spoken = 0;
        for (const auto& chunk : speech.outputs) {
            EXPECT_FALSE(chunk.samples.empty());
            EXPECT_GE(chunk.rate, 8000);
            EXPECT_LE(chunk.samples.size(), static_cast<std::size_t>(chunk.rate) / 4);
            EXPECT_LE(spoken, chunk.spoken_bytes);
            spoken = chunk.spoken_bytes;
        }
        EXPECT_EQ(spoken, total);
    }

    Speech say(const std::vector<std::string>& sentences, const Voice& voice = {}) {
        auto stream = synthesiser->start({.voice = voice});
        for (const auto& sentence : sentences) {
            stream->say(sentence);
        }
        stream->finish();
        return read_all<SpeechChunk>(house, *stream);
    }

    House house{GetParam().time};
    std::unique_ptr<Synthesiser> synthesiser = GetParam().create(house);
    const std::string sentence = "Good morning, how are you today?";
};

TEST_P(SynthesiserContract, SpeaksAllTextAndThenNothing) {
    auto stream = synthesiser->start({});
    stream->say(sentence);
    stream->finish();
    auto speech = read_all<SpeechChunk>(house, *stream);
    expect_sound(speech, sentence.size());
    EXPECT_GT(length_of(speech), static_cast<std::size_t>(speech.outputs.front().rate) / 2);
    EXPECT_GT(speech.outputs.size(), 4U) << "one piece of sound is no stream";
    EXPECT_TRUE(read_all<SpeechChunk>(house, *stream).outputs.empty());
}

TEST_P(SynthesiserContract, TellsWhileItSpeaksHowFarItIs) {
    auto speech = say({sentence});
    std::size_t in_between = 0;
    for (const auto& chunk : speech.outputs) {
        in_between += chunk.spoken_bytes > 0 && chunk.spoken_bytes < sentence.size() ? 1 : 0;
    }
    EXPECT_GT(in_between, speech.outputs.size() / 4);
}

TEST_P(SynthesiserContract, SpeaksSentencesInTheirOrder) {
    auto stream = synthesiser->start({});
    stream->say(sentence);
    auto first = read_all<SpeechChunk>(house, *stream, 1);
    ASSERT_EQ(first.outputs.size(), 1U);
    stream->say("Thank you.");
    stream->say("Goodbye.");
    stream->finish();
    auto rest = read_all<SpeechChunk>(house, *stream);
    expect_sound(rest, sentence.size() + 18);
    bool first_ended = false;
    bool second_ended = false;
    for (const auto& chunk : rest.outputs) {
        first_ended |= chunk.spoken_bytes == sentence.size();
        second_ended |= chunk.spoken_bytes == sentence.size() + 10;
        EXPECT_TRUE(first_ended || chunk.spoken_bytes <= sentence.size());
        EXPECT_TRUE(second_ended || chunk.spoken_bytes <= sentence.size() + 10);
    }
    EXPECT_TRUE(first_ended && second_ended);
}

TEST_P(SynthesiserContract, SaysNothingWhenThereIsNothingToSay) {
    auto nothing = say({});
    EXPECT_FALSE(nothing.failure);
    EXPECT_TRUE(nothing.outputs.empty());
    auto empty = say({"", ""});
    EXPECT_FALSE(empty.failure);
    EXPECT_TRUE(empty.outputs.empty());
}

TEST_P(SynthesiserContract, GetsOverTextThatCannotBeSpoken) {
    for (const std::string text :
         {" ", "...", "?!", "\xF0\x9F\x98\x80", "\xFF\xFE\xC3", "\t\x01\x7F",
          "caf\xC3\xA9 na\xC3\xAFve \xE2\x80\x94 5 \xE2\x82\xAC", "<b>x</b> & $12,345.67 %n [[x]] \\ {a}",
          "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87"}) {
        expect_sound(say({text}), text.size());
        expect_sound(say({"Yes.", text, "No."}), text.size() + 7);
    }
}

TEST_P(SynthesiserContract, SpeaksVeryLongText) {
    std::string digits(300, '7');
    expect_sound(say({digits}), digits.size());
    std::string words;
    while (words.size() < 2000) {
        words += "and so on ";
    }
    expect_sound(say({words}), words.size());
}

TEST_P(SynthesiserContract, SpeaksFasterAndSlower) {
    if (!GetParam().changes_speed) {
        GTEST_SKIP() << "has one speed";
    }
    auto natural = length_of(say({sentence}));
    EXPECT_LT(length_of(say({sentence}, {.speed = 1.5})), natural);
    EXPECT_GT(length_of(say({sentence}, {.speed = 0.7})), natural);
    EXPECT_GT(length_of(say({sentence}, {.speed = 1000})), 0U);
    EXPECT_GT(length_of(say({sentence}, {.speed = 0})), 0U);
}

TEST_P(SynthesiserContract, SpeaksSeveralAtOnce) {
    std::vector<std::unique_ptr<SpeechStream>> streams;
    std::vector<Speech> speeches(4);
    std::vector<Task> tasks;
    for (auto& speech : speeches) {
        auto& stream = streams.emplace_back(synthesiser->start({}));
        stream->say(sentence);
        stream->finish();
        tasks.emplace_back(house.executor(), read(*stream, speech));
    }
    house.run_until([&] { return std::ranges::none_of(tasks, &Task::running); });
    for (const auto& speech : speeches) {
        expect_sound(speech, sentence.size());
        EXPECT_EQ(length_of(speech), length_of(speeches.front()));
    }
}

TEST_P(SynthesiserContract, ThrowsWhenCancelledAndEndsTheStream) {
    for (const bool speaking : {false, true}) {
        auto stream = synthesiser->start({});
        if (speaking) {
            stream->say(sentence);
            EXPECT_EQ(read_all<SpeechChunk>(house, *stream, 1).outputs.size(), 1U);
        }
        Speech cut_off;
        Task task(house.executor(), read(*stream, cut_off));
        house.run_what_is_ready();
        task.cancel();
        house.run_until([&] { return !task.running(); });
        ASSERT_TRUE(cut_off.failure);
        EXPECT_EQ(error_of(cut_off.failure).kind, ErrorKind::Cancelled);

        stream->say(sentence);
        stream->finish();
        auto afterwards = read_all<SpeechChunk>(house, *stream);
        EXPECT_TRUE(afterwards.over);
        EXPECT_TRUE(afterwards.outputs.empty());
    }
}

TEST_P(SynthesiserContract, StopsWhenTheStreamIsDestroyed) {
    for (int round = 0; round < 3; ++round) {
        synthesiser->start({}).reset();  // before any text
        auto unheard = synthesiser->start({});
        unheard->say(sentence);
        unheard.reset();  // before anybody listened
        auto stream = synthesiser->start({});
        stream->say(sentence);
        stream->say(sentence);
        stream->finish();
        EXPECT_EQ(read_all<SpeechChunk>(house, *stream, 2).outputs.size(), 2U);
        stream.reset();  // in the middle of a word
    }
    expect_sound(say({sentence}), sentence.size());
}

TEST_P(SynthesiserContract, SaysWhoItIsAndWhetherItIsUsable) {
    EXPECT_FALSE(synthesiser->info().kind.empty());
    auto health = house.run(synthesiser->check());
    EXPECT_TRUE(health.usable) << health.reason;
    EXPECT_FALSE(health.reason.empty());
}

}  // namespace repartee::engines
