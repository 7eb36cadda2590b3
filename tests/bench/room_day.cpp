// Half a day in a room, as fast as it goes: whether captions get later, or the server larger, the longer it
// listens. For docs/performance.md.
//
//     ninja -C build/release room_day && build/release/room_day --hours 12
//
// The room, its listener, detector and viewers are the real ones, on a virtual clock; recognition is
// scripted, and sometimes slow; the sound is made: sentences of several voices, silence, noises, a fan for
// minutes, monologues. A microphone goes away now and then, viewers come and go, one never reads. Exits with
// 1 when anything grows: lag, memory, descriptors, lines kept.
#include "base/channel.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "devices/microphone.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_recogniser.h"
#include "surfaces/captions/listening_room.h"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <random>
#include <unistd.h>

namespace {

using namespace repartee;
using surfaces::RoomViewer;
using surfaces::RoomWishes;

// How much the second half of the day may have over the hours before it. Memory comes in steps of the
// allocator's.
constexpr double most_growth_mib = 1.0;
constexpr double most_later_ms = 50;

// --- sound ---

using Sound = std::vector<audio::Sample>;

class Sounds {
public:
    explicit Sounds(unsigned seed) : random_(seed) {
        for (double pitch : {105.0, 140.0, 190.0, 240.0}) {
            voices_.push_back(voice(pitch));
        }
        hiss_ = noise(10'000, 0.03);
        quiet_ = noise(10'000, 0.0005);
    }

    // What happens next in the room, in milliseconds of sound.
    Sound next() {
        auto dice = uniform(0, 100);
        if (dice < 64) {
            return with_silence(speech(uniform(800, 8000), 150), uniform(900, 4000));
        }
        if (dice < 80) {
            return silence(uniform(1000, 15'000));
        }
        if (dice < 86) {
            return with_silence(part_of(hiss_, uniform(200, 2000), 4), uniform(1000, 3000));  // a door, a cup
        }
        if (dice < 89) {
            return with_silence(part_of(hiss_, uniform(20'000, 120'000), 0.5), 1000);  // a fan
        }
        if (dice < 96) {
            auto talk = speech(uniform(3000, 10'000), 150);  // beside the fan
            auto fan = part_of(hiss_, static_cast<int>(talk.size() / 16), 0.2);
            std::ranges::transform(talk, fan, talk.begin(),
                                   [](int a, int b) { return static_cast<audio::Sample>(a + b); });
            return with_silence(std::move(talk), 2000);
        }
        return with_silence(speech(uniform(32'000, 120'000), 40), 1500);  // without a pause for breath
    }

private:
    int uniform(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

    // Half a minute of vowels.
    static Sound voice(double pitch) {
        Sound sound;
        for (int i = 0; i < 30 * audio::speech_rate; ++i) {
            double time = static_cast<double>(i) / audio::speech_rate;
            double wave = 0;
            for (int harmonic = 1; harmonic <= 4; ++harmonic) {
                wave += std::sin(2 * std::numbers::pi * pitch * harmonic * time) / harmonic;
            }
            double syllable = 0.15 + 0.85 * std::abs(std::sin(2 * std::numbers::pi * 2.3 * time));
            sound.push_back(static_cast<audio::Sample>(7000 * syllable * wave));
        }
        return sound;
    }

    Sound noise(int length_ms, double loudness) {
        std::normal_distribution<double> normal(0, loudness * 32767);
        Sound sound(static_cast<std::size_t>(length_ms) * 16);
        for (auto& sample : sound) {
            sample = static_cast<audio::Sample>(std::clamp(normal(random_), -32000.0, 32000.0));
        }
        return sound;
    }

    Sound part_of(const Sound& of, int length_ms, double loudness = 1) {
        Sound sound(static_cast<std::size_t>(length_ms) * 16);
        auto at = static_cast<std::size_t>(uniform(0, static_cast<int>(of.size()) - 1));
        for (auto& sample : sound) {
            sample = static_cast<audio::Sample>(std::clamp(of[at] * loudness, -32000.0, 32000.0));
            at = at + 1 == of.size() ? 0 : at + 1;
        }
        return sound;
    }
    Sound silence(int length_ms) { return part_of(quiet_, length_ms); }
    Sound with_silence(Sound sound, int length_ms) {
        auto end = silence(length_ms);
        sound.insert(sound.end(), end.begin(), end.end());
        return sound;
    }

    // Words with gaps of up to this between them.
    Sound speech(int length_ms, int longest_gap_ms) {
        const auto& speaker = voices_[static_cast<std::size_t>(uniform(0, 3))];
        Sound sound;
        double loudness = uniform(30, 120) / 100.0;
        while (sound.size() < static_cast<std::size_t>(length_ms) * 16) {
            for (const auto& piece :
                 {part_of(speaker, uniform(150, 600), loudness), silence(uniform(20, longest_gap_ms))}) {
                sound.insert(sound.end(), piece.begin(), piece.end());
            }
        }
        return sound;
    }

    std::mt19937 random_;
    std::vector<Sound> voices_;
    Sound hiss_;
    Sound quiet_;
};

// --- the devices and engines of this room ---

class PlayedMicrophone final : public devices::Microphone {
public:
    std::vector<devices::AudioInput> inputs() override { return {}; }
    std::string wanted() const override { return "the bench's"; }
    std::string complaint() override { return {}; }
    std::unique_ptr<devices::Capture> open(const Executor& executor) override {
        return std::make_unique<Played>(*this, executor);
    }

    void hears(devices::Captured captured) {
        if (capture_ != nullptr && !capture_->waiting.try_push(std::move(captured))) {
            ++lost;
        }
    }

    int lost = 0;

private:
    struct Played final : devices::Capture {
        Played(PlayedMicrophone& the_microphone, const Executor& executor)
            : microphone(the_microphone), waiting(executor, 100) {
            microphone.capture_ = this;
        }
        ~Played() override { microphone.capture_ = nullptr; }
        awaitable<devices::Captured> next() override {
            auto captured = co_await waiting.next();
            co_return std::move(*captured);
        }
        PlayedMicrophone& microphone;
        Channel<devices::Captured> waiting;
    };
    Played* capture_ = nullptr;
};

// Says something else each time, and takes longer now and then.
class Scripts final : public engines::Recogniser {
public:
    explicit Scripts(Clock& clock) {
        constexpr std::array<const char*, 5> texts{
            "the minutes of the last meeting were read and nobody had anything to add to them", "yes",
            "could you close the window please", "that is what we said the week before",
            "and then there is the question of the budget"};
        for (int turn = 0; turn < 40; ++turn) {
            engines::scripted::ScriptedSettings script{.heard = texts[static_cast<std::size_t>(turn) % 5]};
            script.final_delay = turn == 39 ? 6000ms : std::chrono::milliseconds(60 + 10 * (turn % 7));
            engines_.push_back(
                std::make_unique<engines::scripted::ScriptedRecogniser>(std::move(script), clock));
        }
    }
    engines::EngineInfo info() const override { return engines_[0]->info(); }
    awaitable<engines::Health> check() override { return engines_[0]->check(); }
    engines::RecogniserCapabilities capabilities() const override { return engines_[0]->capabilities(); }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest& request) override {
        return engines_[turn_++ % engines_.size()]->start(request);
    }

private:
    std::vector<std::unique_ptr<engines::Recogniser>> engines_;
    std::size_t turn_ = 0;
};

// --- viewers ---

// Reads what comes, and keeps of it what is measured.
struct Reader {
    std::unique_ptr<RoomViewer> viewer;
    long messages = 0;
    std::vector<double> lags_ms = {};

    static awaitable<void> read(std::shared_ptr<Reader> reader) {
        for (;;) {
            auto message = co_await reader->viewer->next();
            if (!message) {
                co_return;
            }
            ++reader->messages;
            if (message->find("\"lag_ms\"") != std::string::npos) {
                reader->lags_ms.push_back(boost::json::parse(*message).at("lag_ms").to_number<double>());
            }
        }
    }
};

// --- what is measured ---

double resident_mib() {
    std::ifstream file("/proc/self/statm");
    long all = 0;
    long resident = 0;
    file >> all >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

int descriptors() {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

struct Hour {
    std::size_t lines = 0;
    double lag_median = 0;
    double lag_most = 0;
    double resident = 0;
    int descriptors = 0;
    std::size_t kept = 0;
    double processor = 0;
};

class Day {
public:
    Day(unsigned seed, std::size_t viewers) : sounds_(seed), random_(seed + 1), viewers_(viewers) {
        room_ = std::make_shared<surfaces::captions::ListeningRoom>(
            surfaces::captions::RoomSurroundings{ears_, microphone_, clock_, Log::silent(), metrics_,
                                                 context_.get_executor(), true},
            settings_);
    }
    ~Day() {
        readers_.clear();
        exact_.reset();
        sleeper_.reset();
        pass(100ms);
    }

    Hour hour() {
        if (readers_.empty()) {
            begin();
        }
        auto processor = processor_seconds();
        auto end = clock_.now() + 1h;
        auto part = 0;
        while (clock_.now() < end) {
            something_happens();
            if (auto now = (clock_.now() - (end - 1h)) / 1min; now != part) {
                part = static_cast<int>(now);
                minute(part);
            }
        }
        Hour hour{.lines = exact_->lags_ms.size(), .processor = processor_seconds() - processor};
        std::ranges::sort(exact_->lags_ms);
        if (!exact_->lags_ms.empty()) {
            hour.lag_median = exact_->lags_ms[exact_->lags_ms.size() / 2];
            hour.lag_most = exact_->lags_ms.back();
        }
        exact_->lags_ms.clear();
        hour.kept = room_->lines().size();
        hour.descriptors = descriptors();
        hour.resident = resident_mib();
        return hour;
    }

    int lost() const { return microphone_.lost; }
    const surfaces::captions::CaptionsSettings& settings() const { return settings_; }

private:
    void pass(Duration time) { clock_.run_until(context_, clock_.now() + time); }

    std::shared_ptr<Reader> joins(RoomWishes wishes) {
        auto reader = std::make_shared<Reader>();
        reader->viewer = room_->join(context_.get_executor(), std::move(wishes));
        return reader;
    }
    std::shared_ptr<Reader> reads(RoomWishes wishes) {
        auto reader = joins(std::move(wishes));
        asio::co_spawn(context_, Reader::read(reader), asio::detached);
        return reader;
    }

    void begin() {
        for (std::size_t viewer = 0; viewer < viewers_; ++viewer) {
            readers_.push_back(reads({.partials = viewer % 4 == 0, .errors = true}));
        }
        exact_ = reads({.words = true});
        sleeper_ = joins({.partials = true});
        pass(10ms);
        microphone_.hears(devices::Opened{"bench"});
    }

    // Somebody goes and somebody comes, with the lines before; somebody hears another language for a while.
    void minute(int minute) {
        auto& reader = readers_[static_cast<std::size_t>(minute) % readers_.size()];
        reader->viewer->leave();
        reader = reads({.errors = true, .last = 50});
        if (minute == 20) {
            other_language_ = reads({.language = "de"});
        } else if (minute == 40) {
            other_language_->viewer->leave();
            other_language_.reset();
        } else if (minute == 50) {
            microphone_.hears(devices::Gone{{ErrorKind::Unavailable, "The microphone is gone.", {}}});
            pass(5s);
            microphone_.hears(devices::Opened{"bench"});
        }
    }

    // In pieces as a sound card has them.
    void something_happens() {
        auto sound = sounds_.next();
        for (std::span<const audio::Sample> rest(sound); !rest.empty();) {
            static constexpr std::array<std::size_t, 4> pieces{160, 320, 512, 1024};
            auto piece = rest.first(std::min(rest.size(), pieces[random_() % pieces.size()]));
            microphone_.hears(devices::Sound{.samples = {piece.begin(), piece.end()}});
            pass(audio::duration_of(piece.size(), audio::speech_rate));
            rest = rest.subspan(piece.size());
        }
    }

    asio::io_context context_;
    VirtualClock clock_;
    Metrics metrics_;
    PlayedMicrophone microphone_;
    Scripts recogniser_{clock_};
    engines::energy::EnergyDetector detector_{{}};
    hearing::Ears ears_{recogniser_, detector_,
                        [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                            return Error{ErrorKind::Unsupported, "no decoder", {}};
                        },
                        clock_};
    surfaces::captions::CaptionsSettings settings_;
    Sounds sounds_;
    std::mt19937 random_;
    const std::size_t viewers_;
    std::shared_ptr<surfaces::captions::ListeningRoom> room_;
    std::vector<std::shared_ptr<Reader>> readers_;
    std::shared_ptr<Reader> exact_;    // is told the lag of each line
    std::shared_ptr<Reader> sleeper_;  // never reads
    std::shared_ptr<Reader> other_language_;
};

// What is not flat, in words.
std::vector<std::string> growth(const std::vector<Hour>& hours, const Day& day) {
    std::vector<std::string> faults;
    // Lines are kept for four hours: until then there are more of them each hour.
    const std::size_t settled = std::min<std::size_t>(hours.size() / 2, 5);
    auto middle = settled + (hours.size() - settled) / 2;
    const auto most = [&](std::size_t first, std::size_t last, auto what) {
        double found = 0;
        for (auto i = first; i < last; ++i) {
            found = std::max(found, static_cast<double>(hours[i].*what));
        }
        return found;
    };
    const auto compare = [&](const char* name, auto what, double allowed) {
        auto before = most(settled, middle, what);
        auto after = most(middle, hours.size(), what);
        if (after > before + allowed) {
            faults.push_back(fmt::format("{} grew from {} to {}", name, before, after));
        }
    };
    compare("memory (MiB)", &Hour::resident, most_growth_mib);
    compare("median lag (ms)", &Hour::lag_median, most_later_ms);
    compare("longest lag (ms)", &Hour::lag_most, most_later_ms);
    compare("descriptors", &Hour::descriptors, 0);
    for (const auto& hour : hours) {
        if (hour.kept > static_cast<std::size_t>(day.settings().keep_lines)) {
            faults.push_back(fmt::format("{} lines are kept", hour.kept));
        }
        if (hour.lines == 0) {
            faults.emplace_back("an hour has no lines");
        }
    }
    if (day.lost() > 0) {
        faults.push_back(fmt::format("{} pieces of sound found no room", day.lost()));
    }
    return faults;
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App program{"Half a day in a room, as fast as it goes: does anything grow?"};
    int hours = 12;
    unsigned seed = 1;
    std::size_t viewers = 20;
    program.add_option("--hours", hours)->check(CLI::Range(2, 1000))->capture_default_str();
    program.add_option("--seed", seed)->capture_default_str();
    program.add_option("--viewers", viewers)->check(CLI::Range(1, 10'000))->capture_default_str();
    CLI11_PARSE(program, count, arguments);

    Day day(seed, viewers);
    std::vector<Hour> all;
    fmt::print(
        "| hour | lines | lag p50 ms | most | kept lines | memory MiB | descriptors | processor s |\n"
        "|---|---|---|---|---|---|---|---|\n");
    for (int number = 1; number <= hours; ++number) {
        auto hour = all.emplace_back(day.hour());
        fmt::print("| {} | {} | {:.0f} | {:.0f} | {} | {:.1f} | {} | {:.1f} |\n", number, hour.lines,
                   hour.lag_median, hour.lag_most, hour.kept, hour.resident, hour.descriptors,
                   hour.processor);
        std::fflush(stdout);
    }
    auto faults = growth(all, day);
    for (const auto& fault : faults) {
        fmt::print("NOT FLAT: {}\n", fault);
    }
    return faults.empty() ? 0 : 1;
}
