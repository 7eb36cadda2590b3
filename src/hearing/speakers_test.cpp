#include "hearing/speakers.h"

#include "base/bell.h"
#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "hearing/room_listener.h"
#include "hearing/speaker_turns.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace repartee::hearing {

namespace {

// Tells people by their pitch alone: tens of hertz.
class PitchEmbedder final : public engines::SpeakerEmbedder {
public:
    engines::EngineInfo info() const override { return {.kind = "pitch", .model = "none"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true}; }
    std::string identity() const override { return name; }
    engines::SpeakerTraits traits() const override { return {.apart = 2, .least_voice = 500ms}; }
    awaitable<std::vector<engines::Voiceprint>> prints(std::span<const audio::Sample> sound,
                                                       std::vector<engines::SoundRange> ranges) override {
        asked += ranges.size();
        if (fails) {
            throw Failure(ErrorKind::Busy, "no");
        }
        std::vector<engines::Voiceprint> prints;
        for (const auto& range : ranges) {
            int crossings = 0;
            std::size_t voiced = 0;
            auto end = std::min(range.end, sound.size());
            for (auto i = range.begin + 1; i < end; ++i) {
                crossings += sound[i - 1] < 0 && sound[i] >= 0;
                voiced += sound[i] != 0;
            }
            engines::Voiceprint print{.voice = std::chrono::milliseconds(voiced * 1000 / audio::speech_rate),
                                      .spread = 0.5F};
            if (voiced > 1600) {
                print.vector = {static_cast<float>(crossings * 1600.0 / static_cast<double>(voiced))};
            }
            prints.push_back(std::move(print));
        }
        co_return prints;
    }
    std::string name = "pitch/1";
    bool fails = false;
    std::size_t asked = 0;
};

using Sound = std::vector<audio::Sample>;

void add_voice(Sound& sound, double pitch, std::chrono::milliseconds length) {
    auto begin = sound.size();
    sound.resize(begin + static_cast<std::size_t>(length.count()) * 16);
    for (auto i = begin; i < sound.size(); ++i) {
        auto time = static_cast<double>(i) / audio::speech_rate;
        auto syllable = 0.1 + 0.9 * std::abs(std::sin(2 * std::numbers::pi * 2 * time));
        sound[i] =
            static_cast<audio::Sample>(9000 * syllable * std::sin(2 * std::numbers::pi * pitch * time));
    }
}

void add_silence(Sound& sound, std::chrono::milliseconds length) {
    sound.resize(sound.size() + static_cast<std::size_t>(length.count()) * 16);
}

// A word every 200 ms.
Transcript words_over(std::size_t samples) {
    Transcript transcript{.is_final = true};
    auto count = samples / 3200;
    for (std::size_t i = 0; i < count; ++i) {
        std::string text(1, static_cast<char>('a' + i % 26));
        transcript.words.push_back({.text = text,
                                    .start = std::chrono::milliseconds(200 * i),
                                    .end = std::chrono::milliseconds(200 * i + 200)});
        transcript.text += (i > 0 ? " " : "") + text;
    }
    return transcript;
}

class Talk : public testing::Test {
protected:
    std::vector<VoicedPart> voices(const Sound& sound) {
        std::vector<VoicedPart> parts;
        run_to_end(context, look(sound, parts));
        return parts;
    }
    awaitable<void> look(const Sound& sound, std::vector<VoicedPart>& parts) {
        parts = co_await voices_in(embedder, sound, words_over(sound.size()));
    }

    asio::io_context context;
    PitchEmbedder embedder;
};

TEST_F(Talk, WhoFollowsWithoutAPauseIsFoundBetweenTwoWords) {
    Sound sound;
    add_voice(sound, 120, 2s);
    add_voice(sound, 220, 2s);
    auto parts = voices(sound);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0].transcript.text, "a b c d e f g h i j");
    EXPECT_EQ(parts[1].transcript.text, "k l m n o p q r s t");
    EXPECT_EQ(parts[1].start, 2s);
    EXPECT_EQ(parts[1].end, 4s);
    EXPECT_EQ(parts[1].transcript.words.front().start, 0ms);
    EXPECT_NEAR(parts[0].print.vector[0], 12, 1);
    EXPECT_NEAR(parts[1].print.vector[0], 22, 1);
}

TEST_F(Talk, WhoGoesOnIsOneAndWhatHasNoTimesIsNotCut) {
    Sound sound;
    add_voice(sound, 120, 4s);
    EXPECT_EQ(voices(sound).size(), 1u);
    add_voice(sound, 220, 4s);
    std::vector<VoicedPart> parts;
    auto ask = [](PitchEmbedder& asked, const Sound& heard,
                  std::vector<VoicedPart>& into) -> awaitable<void> {
        Transcript transcript{.text = "no times"};
        into = co_await voices_in(asked, heard, std::move(transcript));
    };
    run_to_end(context, ask(embedder, sound, parts));
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_EQ(parts[0].transcript.text, "no times");
}

TEST_F(Talk, WithoutAnEmbedderLinesComeAllTheSame) {
    embedder.fails = true;
    Sound sound;
    add_voice(sound, 120, 2s);
    auto parts = voices(sound);
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_TRUE(parts[0].print.vector.empty());
    RoomSpeakers speakers(embedder);
    auto placing = speakers.place(std::move(parts), [] { return std::uint64_t{7}; });
    ASSERT_EQ(placing.parts.size(), 1u);
    EXPECT_EQ(placing.parts[0].id, 7u);
    EXPECT_EQ(placing.parts[0].speaker, std::nullopt);
}

TEST_F(Talk, WhatWasCutForNothingIsOneAgain) {
    RoomSpeakers speakers(embedder);
    std::uint64_t id = 0;
    auto part = [](std::string text, float pitch, std::chrono::milliseconds start) {
        return VoicedPart{.transcript = {.text = std::move(text), .words = {{.text = "w", .end = 100ms}}},
                          .start = start,
                          .end = start + 2s,
                          .print = {.vector = {pitch}, .voice = 2s, .spread = 0.5F}};
    };
    auto next = [&id] { return ++id; };
    speakers.place({part("first", 12, 0s)}, next);
    auto placing =
        speakers.place({part("second", 12, 0s), part("third", 12.5F, 2s), part("fourth", 30, 4s)}, next);
    ASSERT_EQ(placing.parts.size(), 2u);
    EXPECT_EQ(placing.parts[0].part.transcript.text, "second third");
    EXPECT_EQ(placing.parts[0].part.transcript.words.back().start, 2s);
    EXPECT_EQ(placing.parts[0].speaker->number, 1);
    EXPECT_EQ(placing.parts[1].speaker->number, 2);
    EXPECT_EQ(id, 3u);
}

TEST_F(Talk, AnotherEmbedderKnowsNobodyAndTakesNobodysNumber) {
    RoomSpeakers speakers(embedder);
    auto say = [&](std::uint64_t id) {
        VoicedPart part{.transcript = {.text = "x"}, .print = {.vector = {12}, .voice = 2s, .spread = 0.5F}};
        return speakers.place({part}, [id] { return id; }).parts[0].speaker->number;
    };
    EXPECT_EQ(say(1), 1);
    embedder.name = "other/1";
    EXPECT_EQ(say(2), 2);
    EXPECT_EQ(say(3), 2);
}

TEST_F(Talk, ARecordingsSpeakersAreNumberedInOrderOfTime) {
    FileSpeakers speakers(embedder);
    auto add = [&](std::chrono::milliseconds start, std::vector<double> pitches) {
        Sound sound;
        for (auto pitch : pitches) {
            add_voice(sound, pitch, 2s);
        }
        run_to_end(context, speakers.add(start, sound, words_over(sound.size())));
    };
    add(20s, {120});
    add(10s, {220, 120});
    add(0s, {220});
    auto passages = speakers.passages();
    ASSERT_EQ(passages.size(), 4u);
    std::string story;
    for (const auto& passage : passages) {
        story += std::to_string(passage.start.count() / 1000) + ":" +
                 std::to_string(passage.speaker->number) + " ";
    }
    EXPECT_EQ(story, "0:1 10:1 12:2 20:2 ");
}

TEST(SpeakerTurns, TextThatIsNotMadeOfItsWordsIsCutAsFarAsItCan) {
    Transcript transcript{.text = "Hello, you. I am here!",
                          .words = {{.text = "Hello,", .start = 0ms, .end = 300ms},
                                    {.text = "you.", .start = 300ms, .end = 600ms},
                                    {.text = "I", .start = 700ms, .end = 800ms},
                                    {.text = "am", .start = 800ms, .end = 900ms},
                                    {.text = "here", .start = 900ms, .end = 1200ms}}};
    transcript.translated_to = "en";
    EXPECT_EQ(part_of(transcript, 0, 2, 0ms).text, "Hello, you.");
    auto rest = part_of(transcript, 2, 9, 650ms);
    EXPECT_EQ(rest.text, "I am here!");
    EXPECT_EQ(rest.words.front().start, 50ms);
    EXPECT_EQ(rest.translated_to, "en");
}

TEST(SpeakerTurns, ThereAreNoMoreThanAnEmbedderTakes) {
    Transcript transcript;
    for (int i = 0; i < 1000; ++i) {
        transcript.words.push_back({.text = "x",
                                    .start = std::chrono::milliseconds(30 * i),
                                    .end = std::chrono::milliseconds(30 * i + 30)});
    }
    auto candidates = turn_candidates(transcript, {0, 16 * 30'000});
    EXPECT_LE(2 * candidates.size() + 1, engines::SpeakerEmbedder::most_ranges);
    EXPECT_GT(candidates.size(), 100u);
}

// --- live ---

// Understands a word every 200 ms.
class Understanding final : public engines::Recogniser {
public:
    engines::EngineInfo info() const override { return {.kind = "words", .model = "none"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true}; }
    engines::RecogniserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest&) override {
        return std::make_unique<Stream>();
    }

private:
    struct Stream final : engines::RecogniserStream {
        void push(std::span<const audio::Sample> samples) override { count += samples.size(); }
        void finish() override { finished.ring(); }
        awaitable<std::optional<Transcript>> next() override {
            if (told) {
                co_return std::nullopt;
            }
            co_await finished.wait();
            told = true;
            co_return words_over(count);
        }
        std::size_t count = 0;
        bool told = false;
        Bell finished;
    };
};

class LabelledRoom : public Talk {
protected:
    void hears(const Sound& sound) {
        for (std::size_t at = 0; at + 320 <= sound.size(); at += 320) {
            room.push(std::span(sound).subspan(at, 320));
            clock.run_until(context, clock.now() + 20ms);
        }
    }
    void says(double pitch, std::chrono::milliseconds length, std::chrono::milliseconds pause) {
        Sound sound;
        add_voice(sound, pitch, length);
        add_silence(sound, pause);
        hears(sound);
    }
    void note(const RoomNews& news) {
        if (const auto* line = std::get_if<RoomLine>(&news)) {
            story += std::to_string(line->id) + ":" +
                     (line->speaker ? std::to_string(line->speaker->number) : "?") + " ";
            lines.push_back(*line);
        } else if (const auto* revision = std::get_if<RoomRevision>(&news)) {
            for (const auto& change : revision->changes) {
                story += "(" + std::to_string(change.line) + ":" +
                         (change.speaker ? std::to_string(change.speaker->number) : "?") + ") ";
            }
        }
    }

    VirtualClock clock;
    Understanding recogniser;
    engines::energy::EnergyDetector detector{{}};
    Ears ears{recogniser, detector,
              [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                  return Error{ErrorKind::Unsupported, "no decoder", {}};
              },
              clock};
    std::string story;
    std::vector<RoomLine> lines;
    Sound quiet;
    std::shared_ptr<RoomSpeakers> speakers = std::make_shared<RoomSpeakers>(embedder);
    RoomListener room{context.get_executor(), ears, {}, [this](const RoomNews& news) { note(news); }};
};

TEST_F(LabelledRoom, NobodyIsLookedAtUnlessSomebodyAsks) {
    add_silence(quiet, 500ms);
    hears(quiet);
    says(120, 1500ms, 1500ms);
    EXPECT_EQ(story, "1:? ");
    EXPECT_EQ(embedder.asked, 0u);
    room.tell_apart(speakers);
    says(120, 1500ms, 1500ms);
    EXPECT_EQ(story, "1:? 2:1 ");
    room.tell_apart(nullptr);
    says(120, 1500ms, 1500ms);
    EXPECT_EQ(story, "1:? 2:1 3:? ");
}

TEST_F(LabelledRoom, TwoInTurnAreTwoAlsoWithoutAPause) {
    room.tell_apart(speakers);
    add_silence(quiet, 500ms);
    hears(quiet);
    says(120, 1500ms, 1500ms);
    says(220, 1500ms, 200ms);
    says(120, 2000ms, 1500ms);
    EXPECT_EQ(story, "1:1 2:2 3:1 ");
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_NEAR(milliseconds_of(lines[2].begin - lines[1].end), 0, 1);
    EXPECT_NEAR(milliseconds_of(lines[2].end - lines[1].begin), 300 + 1500 + 200 + 2000, 150);
}

TEST_F(LabelledRoom, WhoIsKnownBetterLaterIsTold) {
    room.tell_apart(speakers);
    add_silence(quiet, 500ms);
    hears(quiet);
    says(120, 400ms, 1500ms);  // too little for a label
    EXPECT_EQ(story, "1:? ");
    says(120, 1500ms, 1500ms);
    EXPECT_EQ(story, "1:? 2:1 (1:1) ");
}

}  // namespace

}  // namespace repartee::hearing
