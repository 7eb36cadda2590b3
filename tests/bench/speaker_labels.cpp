// How often captions name the wrong speaker: persons who take turns for two minutes, in a room of its own
// time, heard by hearing/room_listener.h with the embedded detector and speaker embedder.
//
//     ninja -C build/release speaker_labels
//     build/release/tests/bench/speaker_labels                       flite's voices
//     build/release/tests/bench/speaker_labels --people FOLDER       recordings: one folder for each person,
//     of WAV files
//
// What is not measured is the recogniser: one that understands a word every 0.3 s takes its place, so that
// lines can be cut where a real one would let them be cut. The error is the part of the time in which
// somebody speaks that has the wrong label, or none, under the best of all ways to map labels to persons: as
// the lines were told first, and as they stood in the end. Between two turns there are 0.2 to 3 s of silence;
// those shorter than 0.8 s do not end a line.
#include "audio/resampler.h"
#include "audio/wav.h"
#include "base/bell.h"
#include "base/clock.h"
#include "base/test_loop.h"
#include "engines/cepstral/cepstral_embedder.h"
#include "engines/energy/energy_detector.h"
#include "hearing/room_listener.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>

extern "C" {
#include <flite/flite.h>
cst_voice* register_cmu_us_kal(const char* folder);
cst_voice* register_cmu_us_kal16(const char* folder);
cst_voice* register_cmu_us_awb(const char* folder);
cst_voice* register_cmu_us_rms(const char* folder);
cst_voice* register_cmu_us_slt(const char* folder);
}

namespace repartee {

namespace {

using std::chrono::milliseconds;
using Samples = std::vector<audio::Sample>;

// Somebody who can be asked for the next thing to say.
using Person = std::function<Samples(std::mt19937&)>;

// --- people ---

std::string sentence(std::mt19937& random) {
    static const std::vector<std::string> who{"the old teacher",   "my younger brother",
                                              "a quiet neighbour", "our new doctor",
                                              "the captain",       "somebody from the office"};
    static const std::vector<std::string> does{"wants to talk about", "has forgotten",  "was looking for",
                                               "likes to remember",   "could not find", "pays too much for"};
    static const std::vector<std::string> what{
        "the weather in the mountains", "a bag of green apples",     "the long way home",
        "yesterday's newspaper",        "the broken kitchen window", "the first train to the coast"};
    static const std::vector<std::string> end{"", "before breakfast", "and nobody knows why",
                                              "without saying a word", "at five o'clock in the afternoon"};
    auto one_of = [&](const std::vector<std::string>& all) { return all[random() % all.size()]; };
    // Nobody answers at length always.
    if (random() % 5 == 0) {
        return one_of({"yes, that is true", "no, not at all", "why do you ask", "I do not think so"});
    }
    return one_of(who) + " " + one_of(does) + " " + one_of(what) + " " + one_of(end);
}

Samples spoken(const std::string& text, cst_voice* voice) {
    auto* wave = flite_text_to_wave(text.c_str(), voice);
    audio::Pcm pcm{.rate = wave->sample_rate,
                   .samples = Samples(wave->samples, wave->samples + wave->num_samples)};
    delete_wave(wave);
    return audio::resample(std::move(pcm), audio::speech_rate).samples;
}

std::map<std::string, Person> synthetic_people() {
    flite_init();
    std::map<std::string, Person> people;
    auto add = [&](const std::string& name, cst_voice* voice) {
        people[name] = [voice](std::mt19937& random) { return spoken(sentence(random), voice); };
    };
    add("kal", register_cmu_us_kal(nullptr));
    add("kal16", register_cmu_us_kal16(nullptr));
    add("awb", register_cmu_us_awb(nullptr));
    add("rms", register_cmu_us_rms(nullptr));
    add("slt", register_cmu_us_slt(nullptr));
    return people;
}

Samples read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto pcm = audio::parse_wav(std::as_bytes(std::span(bytes)));
    return pcm && pcm->rate == audio::speech_rate ? std::move(pcm->samples) : Samples();
}

// Recordings of 1 to 12 s.
std::map<std::string, Person> recorded_people(const std::filesystem::path& folder) {
    std::map<std::string, Person> people;
    for (const auto& person : std::filesystem::directory_iterator(folder)) {
        std::vector<std::filesystem::path> files;
        for (const auto& file : std::filesystem::directory_iterator(person)) {
            auto seconds = file.file_size() / 32000;
            if (file.path().extension() == ".wav" && seconds >= 1 && seconds <= 12) {
                files.push_back(file);
            }
        }
        std::ranges::sort(files);
        if (files.size() >= 10) {
            people[person.path().filename()] = [files](std::mt19937& random) {
                return read(files[random() % files.size()]);
            };
        }
    }
    return people;
}

// --- a talk ---

struct Turn {
    std::size_t person;
    milliseconds begin;
    milliseconds end;
};
struct Talk {
    Samples sound;
    std::vector<Turn> turns;
};

constexpr double loudness = 2500;  // root mean square of a voice

milliseconds time_of(std::size_t samples) {
    return std::chrono::duration_cast<milliseconds>(audio::duration_of(samples, audio::speech_rate));
}

// Everybody in turn, or by lot where there are more than two.
Talk talk_of(const std::vector<Person>& people, double noise_ratio, std::uint32_t seed,
             std::chrono::seconds length) {
    std::mt19937 random(seed);
    Talk talk{.sound = Samples(audio::speech_rate, 0), .turns = {}};
    std::uniform_real_distribution<double> pause(0.2, 3.0);
    std::uniform_real_distribution<double> level(0.7, 1.4);
    std::size_t person = 0;
    while (time_of(talk.sound.size()) < length) {
        auto said = people[person](random);
        double power = 1;
        for (auto sample : said) {
            power += static_cast<double>(sample) * sample;
        }
        auto gain = loudness * level(random) / std::sqrt(power / static_cast<double>(said.size() + 1));
        auto begin = time_of(talk.sound.size());
        for (auto sample : said) {
            talk.sound.push_back(static_cast<audio::Sample>(std::clamp(sample * gain, -32768.0, 32767.0)));
        }
        talk.turns.push_back({person, begin, time_of(talk.sound.size())});
        talk.sound.resize(talk.sound.size() + static_cast<std::size_t>(pause(random) * audio::speech_rate),
                          0);
        auto others = people.size() - 1;
        person = (person + 1 + (others > 1 ? random() % others : 0)) % people.size();
    }
    talk.sound.resize(talk.sound.size() + 2 * audio::speech_rate, 0);
    std::normal_distribution<double> normal;
    const auto noise = noise_ratio > 0 ? loudness / std::pow(10, noise_ratio / 20) : 5;
    double last = 0;
    for (auto& sample : talk.sound) {
        last = 0.8 * last + 0.6 * normal(random);
        sample = static_cast<audio::Sample>(std::clamp(sample + noise * last, -32768.0, 32767.0));
    }
    return talk;
}

// --- who hears it ---

class WordsEvery final : public engines::Recogniser {
public:
    engines::EngineInfo info() const override { return {.kind = "bench", .model = "a word every 0.3 s"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true}; }
    engines::RecogniserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest&) override {
        return std::make_unique<Stream>();
    }

private:
    class Stream final : public engines::RecogniserStream {
    public:
        void push(std::span<const audio::Sample> samples) override { samples_ += samples.size(); }
        void finish() override { finished_.ring(); }
        awaitable<std::optional<Transcript>> next() override {
            if (told_) {
                co_return std::nullopt;
            }
            co_await finished_.wait();
            told_ = true;
            Transcript transcript{.text = "word", .is_final = true};
            for (milliseconds at{0}; at + 300ms <= time_of(samples_); at += 300ms) {
                transcript.words.push_back({.text = "word", .start = at, .end = at + 300ms});
                transcript.text += at > 0ms ? " word" : "";
            }
            co_return transcript;
        }

    private:
        std::size_t samples_ = 0;
        bool told_ = false;
        Bell finished_;
    };
};

// The embedded one, in the time of the bench; how long it takes in ours is counted.
class Measured final : public engines::SpeakerEmbedder {
public:
    explicit Measured(WorkerPool& pool) : embedder_(pool) {}
    engines::EngineInfo info() const override { return embedder_.info(); }
    awaitable<engines::Health> check() override { return embedder_.check(); }
    std::string identity() const override { return embedder_.identity(); }
    engines::SpeakerTraits traits() const override { return embedder_.traits(); }
    awaitable<std::vector<engines::Voiceprint>> prints(std::span<const audio::Sample> sound,
                                                       std::vector<engines::SoundRange> ranges) override {
        auto began = std::clock();  // of the processor: others are at work, too
        auto prints = engines::cepstral::prints_of(sound, ranges);
        worked += std::chrono::nanoseconds((std::clock() - began) * (1'000'000'000 / CLOCKS_PER_SEC));
        co_return prints;
    }
    std::chrono::nanoseconds worked{0};

private:
    engines::cepstral::CepstralEmbedder embedder_;
};

struct Told {
    milliseconds begin;
    milliseconds end;
    std::optional<Speaker> first;
    std::optional<Speaker> last;
};

struct Heard {
    std::map<std::uint64_t, Told> lines;
    std::size_t revised = 0;
    std::chrono::nanoseconds worked{0};
};

Heard hear(const Talk& talk) {
    asio::io_context context;
    VirtualClock clock;
    WorkerPool pool(1, 1);
    WordsEvery recogniser;
    engines::energy::EnergyDetector detector{{}};
    Measured embedder(pool);
    hearing::Ears ears{recogniser, detector,
                       [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                           return Error{ErrorKind::Unsupported, "no decoder", {}};
                       },
                       clock};
    Heard heard;
    const auto origin = clock.wall();
    auto position = [&](WallTime time) { return std::chrono::duration_cast<milliseconds>(time - origin); };
    hearing::RoomListener room(context.get_executor(), ears, {}, [&](const hearing::RoomNews& news) {
        if (const auto* line = std::get_if<hearing::RoomLine>(&news)) {
            heard.lines[line->id] = {position(line->begin), position(line->end), line->speaker,
                                     line->speaker};
        } else if (const auto* revision = std::get_if<hearing::RoomRevision>(&news)) {
            for (const auto& change : revision->changes) {
                auto& told = heard.lines.at(change.line);
                heard.revised +=
                    (told.last ? told.last->number : 0) != (change.speaker ? change.speaker->number : 0);
                told.last = change.speaker;
            }
        }
    });
    room.tell_apart(std::make_shared<hearing::RoomSpeakers>(embedder));
    for (std::size_t at = 0; at + 320 <= talk.sound.size(); at += 320) {
        room.push(std::span(talk.sound).subspan(at, 320));
        clock.run_until(context, clock.now() + 20ms);
    }
    heard.worked = embedder.worked;
    return heard;
}

// --- how right it is ---

constexpr std::size_t most_labels = 9;  // none, and eight

struct Score {
    double speech = 0;  // in steps of 10 ms
    double first = 0;   // wrong or without a label
    double last = 0;
    double unheard = 0;  // in no line
    std::size_t speakers = 0;
};

double right_at_best(const std::vector<std::array<double, most_labels>>& times, std::size_t person,
                     std::array<bool, most_labels>& taken) {
    if (person == times.size()) {
        return 0;
    }
    auto best = right_at_best(times, person + 1, taken);
    for (std::size_t label = 1; label < most_labels; ++label) {
        if (!taken[label]) {
            taken[label] = true;
            best = std::max(best, times[person][label] + right_at_best(times, person + 1, taken));
            taken[label] = false;
        }
    }
    return best;
}

Score score_of(const Talk& talk, const Heard& heard, std::size_t people) {
    Score score;
    using Times = std::vector<std::array<double, most_labels>>;
    Times first(people);
    Times last(people);
    std::set<int> numbers;
    auto index = [](const std::optional<Speaker>& speaker) {
        return speaker ? static_cast<std::size_t>(std::clamp(speaker->number, 1, 8)) : 0U;
    };
    for (const auto& turn : talk.turns) {
        for (auto at = turn.begin; at < turn.end; at += 10ms) {
            ++score.speech;
            const Told* line = nullptr;
            for (const auto& [id, told] : heard.lines) {
                if (told.begin <= at && at < told.end) {
                    line = &told;
                }
            }
            if (line == nullptr) {
                ++score.unheard;
                --score.speech;
                continue;
            }
            ++first[turn.person][index(line->first)];
            ++last[turn.person][index(line->last)];
            if (line->last) {
                numbers.insert(line->last->number);
            }
        }
    }
    std::array<bool, most_labels> taken{};
    score.first = score.speech - right_at_best(first, 0, taken);
    score.last = score.speech - right_at_best(last, 0, taken);
    score.speakers = numbers.size();
    return score;
}

void measure(const std::map<std::string, Person>& people, const std::vector<std::string>& names,
             double noise_ratio, int talks, std::chrono::seconds length) {
    std::vector<Person> persons;
    for (const auto& name : names) {
        persons.push_back(people.at(name));
    }
    Score all;
    std::size_t revised = 0;
    std::size_t lines = 0;
    std::string speakers;
    std::chrono::nanoseconds worked{0};
    double seconds = 0;
    for (int i = 0; i < talks; ++i) {
        auto talk = talk_of(persons, noise_ratio, static_cast<std::uint32_t>(100 + i), length);
        auto heard = hear(talk);
        auto score = score_of(talk, heard, persons.size());
        all.speech += score.speech;
        all.first += score.first;
        all.last += score.last;
        all.unheard += score.unheard;
        speakers += fmt::format("{}{}", speakers.empty() ? "" : " ", score.speakers);
        revised += heard.revised;
        lines += heard.lines.size();
        worked += heard.worked;
        seconds += static_cast<double>(talk.sound.size()) / audio::speech_rate;
    }
    fmt::print("| {} | {} | {:.1f} % | {:.1f} % | {} | {} of {} | {:.1f} ms |\n", fmt::join(names, ", "),
               noise_ratio > 0 ? fmt::format("{:.0f} dB", noise_ratio) : "quiet",
               100 * all.first / all.speech, 100 * all.last / all.speech, speakers, revised, lines,
               std::chrono::duration<double, std::milli>(worked).count() / seconds);
    std::fflush(stdout);
}

}  // namespace

}  // namespace repartee

int main(int count, char** arguments) {
    using namespace repartee;
    CLI::App app("How often captions name the wrong speaker.");
    std::filesystem::path folder;
    int talks = 3;
    int seconds = 120;
    bool pairs = false;
    app.add_option("--people", folder, "a folder with one folder of WAV files (16 kHz) for each person");
    app.add_option("--talks", talks, "talks of each kind");
    app.add_option("--seconds", seconds, "length of a talk");
    app.add_flag("--all-pairs", pairs, "every pair, where it would be some");
    CLI11_PARSE(app, count, arguments);
    auto people = folder.empty() ? synthetic_people() : recorded_people(folder);
    std::vector<std::vector<std::string>> groups;
    if (folder.empty() && !pairs) {
        groups = {{"kal", "slt"},   {"awb", "rms"},        {"rms", "slt"}, {"awb", "slt"},
                  {"kal16", "rms"}, {"awb", "rms", "slt"}, {"kal"}};
    } else {
        std::vector<std::string> names;
        for (const auto& [name, person] : people) {
            for (const auto& other : names) {
                groups.push_back({other, name});
            }
            names.push_back(name);
        }
        for (const auto& name : names) {
            groups.push_back({name});
        }
    }
    fmt::print(
        "| who | noise | wrong when told | wrong in the end | speakers found | labels revised | work per "
        "second |\n");
    fmt::print("|---|---|---|---|---|---|---|\n");
    for (const auto& group : groups) {
        for (double noise_ratio : {0, 20, 10}) {
            measure(people, group, noise_ratio, talks, std::chrono::seconds(seconds));
        }
    }
    return 0;
}
