#include "hearing/recorded_room.h"

#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <numbers>
#include <random>

namespace repartee::hearing {

namespace {

using testing::ElementsAre;

// Whose text is a word for each half second of the sound: other sound, other words. Takes its time, and
// longer for some than for others.
class ExactRecogniser final : public engines::Recogniser {
public:
    explicit ExactRecogniser(Clock& clock) : clock_(clock) {}

    engines::EngineInfo info() const override { return {.kind = "exact", .model = {}}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true, .reason = {}}; }
    engines::RecogniserCapabilities capabilities() const override { return {.languages = {}}; }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest& request) override {
        requests.push_back(request);
        return std::make_unique<Stream>(*this);
    }

    std::vector<engines::RecognitionRequest> requests;
    std::size_t heard = 0;
    std::size_t fails_at = 1000;  // of those heard
    std::size_t at_once = 0;      // finished ones
    std::size_t most_at_once = 0;
    std::chrono::milliseconds lingers{0};  // where it is cancelled; each so much longer than the one before

private:
    struct Stream final : engines::RecogniserStream {
        explicit Stream(ExactRecogniser& the_recogniser) : recogniser(the_recogniser) {}
        ~Stream() override { leave(); }
        void push(std::span<const audio::Sample> more) override {
            sound.insert(sound.end(), more.begin(), more.end());
        }
        void finish() override {
            inside = true;
            ++recogniser.at_once;
            recogniser.most_at_once = std::max(recogniser.most_at_once, recogniser.at_once);
        }
        awaitable<std::optional<Transcript>> next() override {
            while (!inside) {
                co_await recogniser.clock_.sleep(10ms);
            }
            if (told) {
                leave();
                co_return std::nullopt;
            }
            auto number = recogniser.heard++;
            std::exception_ptr thrown;
            try {
                co_await recogniser.clock_.sleep(number % 3 == 0 ? 400ms : 50ms);
            } catch (...) {
                thrown = std::current_exception();
            }
            if (thrown) {
                co_await asio::this_coro::throw_if_cancelled(false);
                Timer lingering(co_await asio::this_coro::executor, recogniser.lingers * (number % 3 + 1));
                co_await lingering.async_wait(asio::as_tuple(use_awaitable));
                std::rethrow_exception(thrown);
            }
            if (number >= recogniser.fails_at) {
                throw Failure(ErrorKind::ProviderBroke, "the recogniser broke");
            }
            told = true;
            co_return Transcript{.text = words(), .is_final = true};
        }
        void leave() { recogniser.at_once -= std::exchange(inside, false) ? 1 : 0; }
        std::string words() const {
            std::string text;
            std::uint32_t sum = 0;
            for (std::size_t i = 0; i < sound.size(); ++i) {
                sum = sum * 31 + static_cast<std::uint16_t>(sound[i]);
                if ((i + 1) % 8000 == 0 || i + 1 == sound.size()) {
                    text += fmt::format("{}{:x}", text.empty() ? "" : " ", sum);
                }
            }
            return text;
        }
        ExactRecogniser& recogniser;
        std::vector<audio::Sample> sound;
        bool inside = false;
        bool told = false;
    };

    Clock& clock_;
};

// An hour of all that happens in rooms, or some of it.
class RoomSound {
public:
    RoomSound& speaks(std::chrono::milliseconds length) {
        return adds(length, [](double time) {
            double syllable = 0.1 + 0.9 * std::abs(std::sin(2 * std::numbers::pi * 2 * time));
            return 0.25 * syllable * (wave(time, 140) + 0.5 * wave(time, 280) + 0.3 * wave(time, 420));
        });
    }
    // Without a pause for breath.
    RoomSound& drones(std::chrono::milliseconds length) {
        return adds(length, [](double time) {
            return 0.2 * (0.6 + 0.4 * wave(time, 3)) * (wave(time, 140) + 0.5 * wave(time, 280));
        });
    }
    RoomSound& hisses(std::chrono::milliseconds length) {
        return adds(length, [this](double) { return normal_(random_); });
    }
    RoomSound& is_silent(std::chrono::milliseconds length) {
        return adds(length, [](double) { return 0; });
    }

    std::vector<audio::Sample> samples;

private:
    static double wave(double time, double pitch) { return std::sin(2 * std::numbers::pi * pitch * time); }

    template <class Sounding>
    RoomSound& adds(std::chrono::milliseconds length, Sounding sounding) {
        for (auto end = samples.size() + static_cast<std::size_t>(length.count()) * 16;
             samples.size() < end;) {
            auto time = static_cast<double>(samples.size()) / audio::speech_rate;
            auto value = std::clamp(sounding(time) + 0.0005 * normal_(random_), -1.0, 1.0);
            samples.push_back(static_cast<audio::Sample>(value * 32767));
        }
        return *this;
    }

    std::mt19937 random_{3};
    std::normal_distribution<double> normal_{0, 0.1};
};

class Recorded : public testing::Test {
protected:
    struct Line {
        std::string text;
        std::chrono::milliseconds begin;
        std::chrono::milliseconds end;
        bool operator==(const Line&) const = default;
    };

    RecordedRoom::Tell note_recorded() {
        return [this](Result<RecordedLine> line) {
            if (!line) {
                losses.push_back(line.error().message);
                return;
            }
            lines.push_back({line->transcript.text, line->start, line->end});
            auto length = std::chrono::milliseconds(line->sound.size() / 16);
            EXPECT_GE(length, line->end - line->start);
            EXPECT_LE(length, line->end - line->start + 900ms);
        };
    }
    RoomListener::Tell note(WallTime began) {
        return [this, began](RoomNews news) {
            if (auto* line = std::get_if<RoomLine>(&news)) {
                auto since = [&](WallTime time) {
                    return std::chrono::duration_cast<std::chrono::milliseconds>(time - began);
                };
                lines.push_back({line->transcript.text, since(line->begin), since(line->end)});
            } else if (auto* loss = std::get_if<RoomLoss>(&news)) {
                losses.push_back(loss->error.message);
            }
        };
    }

    // As it comes from a microphone.
    std::vector<Line> in_the_room(std::span<const audio::Sample> sound) {
        lines.clear();
        RoomListener room(context.get_executor(), ears, options, note(clock.wall()));
        for (; !sound.empty(); sound = sound.subspan(std::min<std::size_t>(160, sound.size()))) {
            clock.run_until(context, clock.now() + 10ms);
            room.push(sound.first(std::min<std::size_t>(160, sound.size())));
        }
        clock.run_until(context, clock.now() + 5s);
        return lines;
    }

    std::vector<Line> from_the_file(std::span<const audio::Sample> sound, std::size_t piece = 1000) {
        auto hear = [](std::span<const audio::Sample> rest, std::size_t step,
                       RecordedRoom& room) -> awaitable<void> {
            while (!rest.empty()) {
                auto part = rest.first(std::min(step, rest.size()));
                co_await room.push(part);
                rest = rest.subspan(part.size());
            }
            co_await room.finish();
            co_await room.close();
        };
        lines.clear();
        Places places(context.get_executor(), 3);
        RecordedRoom room(context.get_executor(), ears, options, places, note_recorded());
        room.keep_sound();
        run_to_end(context, clock, hear(sound, piece, room), 100h);
        return lines;
    }

    asio::io_context context;
    VirtualClock clock;
    ExactRecogniser recogniser{clock};
    engines::energy::EnergyDetector detector{{}};
    Ears ears{recogniser, detector,
              [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                  return Error{ErrorKind::Unsupported, "no decoder", {}};
              },
              clock};
    RoomOptions options;
    std::vector<Line> lines;
    std::vector<std::string> losses;
};

RoomSound a_meeting() {
    RoomSound sound;
    sound.is_silent(1000ms).speaks(900ms).is_silent(1300ms).speaks(2100ms);
    sound.is_silent(1200ms).hisses(1500ms).is_silent(1000ms).speaks(150ms).is_silent(2000ms);
    for (int sentence = 0; sentence < 16; ++sentence) {
        sound.speaks(2000ms).is_silent(500ms);
    }
    for (int sentence = 0; sentence < 12; ++sentence) {
        sound.is_silent(900ms).speaks(700ms);
    }
    sound.is_silent(1500ms);
    return sound;
}

}  // namespace

TEST_F(Recorded, GivesTheLinesThatTheRoomGives) {
    auto sound = a_meeting();
    auto heard = in_the_room(sound.samples);
    EXPECT_EQ(heard.size(), 16u);
    EXPECT_EQ(from_the_file(sound.samples), heard);
    EXPECT_TRUE(losses.empty());
    EXPECT_EQ(from_the_file(sound.samples, 320'000), heard) << "however the sound comes";
    EXPECT_EQ(from_the_file(sound.samples, 7), heard);
}

TEST_F(Recorded, MonologuesAreCutAsTheyAreInTheRoom) {
    options.threshold = 0.01;
    RoomSound sound;
    sound.is_silent(500ms).drones(70'000ms).is_silent(1500ms);
    auto heard = in_the_room(sound.samples);
    EXPECT_EQ(heard.size(), 3u);
    EXPECT_LT(heard[1].begin, heard[0].end) << "both sides hear what is around the cut";
    EXPECT_EQ(from_the_file(sound.samples), heard);
}

TEST_F(Recorded, IsUnderstoodSeveralUtterancesAtOnceAndAsJobs) {
    options.language = "de";
    options.translate_to = "en";
    auto sound = a_meeting();
    from_the_file(sound.samples);
    EXPECT_EQ(recogniser.most_at_once, 3u) << "as many as there are places";
    for (const auto& request : recogniser.requests) {
        EXPECT_EQ(request.urgency, engines::Urgency::Job);
        EXPECT_FALSE(request.partials);
        EXPECT_EQ(request.language, "de");
        EXPECT_EQ(request.translate_to, "en");
    }
    EXPECT_EQ(recogniser.requests.size(), 16u) << "noises are not even asked about";
}

TEST_F(Recorded, HasNoEndBeforeItsLastWord) {
    RoomSound sound;
    sound.is_silent(1000ms).speaks(1010ms);
    auto heard = from_the_file(sound.samples);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_NEAR(static_cast<double>(heard[0].begin.count()), 700, 60);
    EXPECT_NEAR(static_cast<double>(heard[0].end.count()), 2000, 60);
}

TEST_F(Recorded, OfNothingIsNothing) {
    EXPECT_TRUE(from_the_file({}).empty());
    EXPECT_TRUE(from_the_file(RoomSound().is_silent(5000ms).samples).empty());
}

TEST_F(Recorded, WhatIsNotUnderstoodIsTold) {
    recogniser.fails_at = 2;
    RoomSound sound;
    for (int sentence = 0; sentence < 3; ++sentence) {
        sound.is_silent(1500ms).speaks(1000ms);
    }
    EXPECT_EQ(from_the_file(sound.samples).size(), 2u);
    EXPECT_THAT(losses, ElementsAre("the recogniser broke"));
}

TEST_F(Recorded, CanBeGivenUp) {
    RoomSound sound;
    for (int sentence = 0; sentence < 8; ++sentence) {
        sound.is_silent(1500ms).speaks(1000ms);
    }
    auto give_up = [](std::span<const audio::Sample> all, RecordedRoom& room) -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Task pushing(executor, room.push(all));
        co_await pushing.stop();
        co_await room.close();
    };
    Places places(context.get_executor(), 3);
    RecordedRoom room(context.get_executor(), ears, options, places, note_recorded());
    run_to_end(context, clock, give_up(sound.samples, room));
    EXPECT_EQ(recogniser.at_once, 0u);
}

TEST_F(Recorded, WhoIsCancelledClosesItAllTheSame) {
    RoomSound sound;
    for (int sentence = 0; sentence < 8; ++sentence) {
        sound.is_silent(1500ms).speaks(1000ms);
    }
    auto hear = [](std::span<const audio::Sample> all, RecordedRoom& room, bool& closed) -> awaitable<void> {
        std::exception_ptr cancelled;
        try {
            co_await room.push(all);
        } catch (...) {
            cancelled = std::current_exception();
        }
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await room.close();
        closed = true;
    };
    Places places(context.get_executor(), 3);
    RecordedRoom room(context.get_executor(), ears, options, places, note_recorded());
    recogniser.lingers = 20ms;  // one ends after the other
    bool closed = false;
    Task hearing(context.get_executor(), hear(sound.samples, room, closed));
    clock.run_until(context, clock.now());
    EXPECT_EQ(recogniser.at_once, 3u);
    hearing.cancel();
    run_to_end(context, hearing.join());
    EXPECT_TRUE(closed);
    EXPECT_EQ(recogniser.at_once, 0u) << "nobody has anything of it any more";
}

TEST_F(Recorded, SoundIsKeptForWhoAsksForIt) {
    RoomSound sound;
    sound.is_silent(1500ms).speaks(1000ms).is_silent(1500ms);
    auto hear = [](std::span<const audio::Sample> all, RecordedRoom& room) -> awaitable<void> {
        co_await room.push(all);
        co_await room.finish();
        co_await room.close();
    };
    Places places(context.get_executor(), 3);
    std::vector<std::size_t> lengths;
    RecordedRoom room(context.get_executor(), ears, options, places,
                      [&](Result<RecordedLine> line) { lengths.push_back(line->sound.size()); });
    run_to_end(context, clock, hear(sound.samples, room));
    EXPECT_THAT(lengths, ElementsAre(0u));
}

}  // namespace repartee::hearing
