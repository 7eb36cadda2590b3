#include "app/doctor_trials.h"

#include "app/doctor_report.h"
#include "app/small_recording.h"
#include "app/speech_file.h"
#include "audio/wav.h"
#include "base/together.h"
#include "config/mistake.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace repartee::app {

namespace {

using std::chrono::milliseconds;

// Short, and every recogniser's vocabulary has its words.
constexpr std::string_view spoken_sentence = "what time is it";
constexpr std::string_view question = "Hello. Who are you?";
constexpr std::string_view said_sentence = "This is how I sound when I have something to say.";

// Of what a model answers, to be shown.
constexpr std::size_t shown_characters = 60;

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

// "31 ms", "2.4 s".
std::string in_words(Duration duration) {
    auto ms = milliseconds_of(duration);
    return ms < 1000 ? fmt::format("{:.{}f} ms", ms, ms < 10 ? 1 : 0) : fmt::format("{:.1f} s", ms / 1000);
}

bool knows_english(const std::vector<Language>& languages) {
    return languages.empty() || std::ranges::find(languages, "en") != languages.end();
}

// --- each trade's trial: what it found, in words; throws when the engine does ---

awaitable<std::string> try_decoder(Core& core, std::vector<std::byte> recording) {
    auto began = core.clock.now();
    auto decoder = core.hall.decoder_for(recording).value();
    auto decoding = decoder->start({});
    decoding->push(recording);
    decoding->finish();
    std::size_t samples = 0;
    while (auto piece = co_await decoding->next()) {
        samples += piece->samples.size();
    }
    if (samples == 0) {
        throw Failure(ErrorKind::ProviderBroke, "it opens a recording and hears nothing in it");
    }
    co_return fmt::format("{:.1f} s of sound in {}",
                          seconds_of(audio::duration_of(samples, audio::speech_rate)),
                          in_words(core.clock.now() - began));
}

// Half a second of silence on both sides of the sentence.
awaitable<std::string> try_detector(Core& core, engines::Detector& detector, audio::Pcm speech) {
    constexpr std::size_t margin = audio::speech_rate / 2;
    std::vector<audio::Sample> sound(margin);
    sound.insert(sound.end(), speech.samples.begin(), speech.samples.end());
    sound.insert(sound.end(), margin, audio::Sample{0});
    auto began = core.clock.now();
    engines::DetectionRequest request;
    auto listening = detector.start(core.context.get_executor(), request);
    auto activities = co_await listening->judge(sound);
    auto took = core.clock.now() - began;
    constexpr std::size_t frame = engines::DetectorStream::judged_frame;
    std::size_t in_speech = 0;
    std::size_t before = 0;
    for (std::size_t i = 0; i < activities.size(); ++i) {
        bool silent = (i + 1) * frame <= margin;
        before += activities[i].speech && silent ? 1 : 0;
        in_speech += activities[i].speech && !silent ? 1 : 0;
    }
    if (in_speech == 0 || before > 0) {
        throw Failure(ErrorKind::ProviderBroke,
                      in_speech == 0 ? "it takes a voice for silence" : "it takes silence for a voice");
    }
    co_return fmt::format("finds the voice and the silence, in {} for {:.1f} s of sound", in_words(took),
                          seconds_of(audio::duration_of(sound.size(), audio::speech_rate)));
}

// As it is in a call: spoken in real time, so that what can be understood meanwhile is.
awaitable<std::string> try_recogniser(Core& core, engines::Recogniser& recogniser, audio::Pcm speech) {
    if (!knows_english(recogniser.capabilities().languages)) {
        co_return "not tried: it knows no English, and the sentence is English";
    }
    engines::RecognitionRequest request{.language = "en", .partials = true};
    auto ear = recogniser.start(request);
    constexpr std::size_t frame = audio::speech_rate / 50;
    auto spoken_until = core.clock.now();
    std::span<const audio::Sample> rest = speech.samples;
    while (!rest.empty()) {
        auto piece = rest.first(std::min(frame, rest.size()));
        rest = rest.subspan(piece.size());
        spoken_until += audio::duration_of(piece.size(), audio::speech_rate);
        co_await core.clock.sleep_until(spoken_until);
        ear->push(piece);
    }
    ear->finish();
    Transcript transcript;
    while (auto heard = co_await ear->next()) {
        transcript = std::move(*heard);
    }
    co_return fmt::format("understood \"{}\" of \"{}\", {} after the last sound", transcript.text,
                          spoken_sentence, in_words(core.clock.now() - spoken_until));
}

awaitable<std::string> try_synthesiser(Core& core, engines::Synthesiser& synthesiser) {
    if (!knows_english(synthesiser.capabilities().languages)) {
        co_return "not tried: it speaks no English, and the sentence is English";
    }
    engines::SpeechRequest request;
    auto began = core.clock.now();
    auto speech = synthesiser.start(request);
    speech->say(std::string(said_sentence));
    speech->finish();
    std::optional<Duration> first;
    Duration sound{};
    while (auto chunk = co_await speech->next()) {
        if (!chunk->samples.empty()) {
            first = first.value_or(core.clock.now() - began);
            sound += audio::duration_of(chunk->samples.size(), chunk->rate);
        }
    }
    if (!first) {
        throw Failure(ErrorKind::ProviderBroke, "it says nothing");
    }
    auto took = std::max<Duration>(core.clock.now() - began, 1us);
    co_return fmt::format("first sound after {}, {:.1f} times as fast as it is spoken", in_words(*first),
                          seconds_of(sound) / seconds_of(took));
}

awaitable<std::string> try_embedder(Core& core, engines::Embedder& embedder) {
    std::vector<std::string> texts{"what is my cat called", "My cat is called Ink.",
                                   "The train to Pune leaves at seven."};
    auto began = core.clock.now();
    auto vectors = co_await embedder.embed(std::move(texts));
    auto took = core.clock.now() - began;
    auto nearness = [&](const engines::Embedding& one, const engines::Embedding& other) {
        return std::inner_product(one.begin(), one.end(), other.begin(), 0.0);
    };
    if (nearness(vectors.at(0), vectors.at(1)) <= nearness(vectors.at(0), vectors.at(2))) {
        throw Failure(ErrorKind::ProviderBroke, "it finds the wrong sentence for a question");
    }
    co_return fmt::format("finds the sentence that answers a question, in {}; {} numbers for each",
                          in_words(took), vectors[0].size());
}

awaitable<std::string> try_model(Core& core, engines::Model& model) {
    constexpr int few = 24;
    engines::Prompt prompt;
    prompt.messages.push_back({.role = Role::User, .content = std::string(question)});
    prompt.sampling.max_tokens = few;
    auto began = core.clock.now();
    auto answer = model.start(std::move(prompt));
    std::optional<Duration> first;
    std::string text;
    while (auto output = co_await answer->next()) {
        first = first.value_or(core.clock.now() - began);
        if (const auto* delta = std::get_if<engines::TextDelta>(&*output)) {
            text += delta->text;
        }
    }
    if (!first) {
        throw Failure(ErrorKind::ProviderBroke, "it answers nothing");
    }
    co_return text.empty() ? fmt::format("first thought after {}, and no word yet", in_words(*first))
                           : fmt::format("first word after {}: {}", in_words(*first),
                                         config::presentable(text, shown_characters));
}

// --- all of them ---

struct Trial {
    std::string subject;  // "recogniser"
    engines::Verdict verdict;
    std::function<awaitable<std::string>()> begin;
};

awaitable<void> carry_out(Core& core, Trial trial, milliseconds patience, bool& well, Report& report) {
    const auto& kind = trial.verdict.engine.kind;
    Error late{
        ErrorKind::ProviderLate, fmt::format("it has not done its work after {}", in_words(patience)), {}};
    Error failed;
    std::string found;
    try {
        auto running = trial.begin();
        found = co_await with_deadline(core.clock, patience, std::move(running), std::move(late));
    } catch (...) {
        failed = error_of(std::current_exception());
        if (failed.kind == ErrorKind::Cancelled) {
            throw;
        }
    }
    if (!found.empty()) {
        report.line(Finding::Good, trial.subject, fmt::format("{}: {}", kind, found));
        co_return;
    }
    report.line(
        Finding::Bad, trial.subject,
        fmt::format("{}: {}", kind, failed.kind == ErrorKind::Internal ? failed.detail : failed.message));
    well = well && !trial.verdict.in_use;
}

// Usable, and no farther away than this house.
bool may_be_tried(const engines::Verdict& verdict) {
    return verdict.health.usable && verdict.engine.place != engines::Place::Cloud;
}

std::vector<std::byte> as_wav(const audio::Pcm& speech) {
    auto text = audio::write_wav(speech);
    auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

// A recording of the kind that a decoder is there for.
std::vector<std::byte> recording_for(std::string_view decoder, const audio::Pcm& speech) {
    if (decoder == "wav") {
        return as_wav(speech);
    }
    auto bytes = decoder == "pcm" ? std::as_bytes(std::span(speech.samples))
                                  : std::as_bytes(std::span<const std::uint8_t>(small_recording));
    return {bytes.begin(), bytes.end()};
}

// The engines of a trade with what is known of each.
template <class Contract>
void add_trials(std::vector<Trial>& trials, const engines::Hall& hall, std::string_view trade,
                const std::vector<Contract*>& engines,
                const std::function<awaitable<std::string>(Contract&)>& begin, Report& report) {
    for (const auto& each : hall.trades()) {
        if (each.name != trade) {
            continue;
        }
        for (std::size_t i = 0; i < engines.size(); ++i) {
            if (may_be_tried(each.verdicts[i])) {
                trials.push_back({std::string(trade), each.verdicts[i],
                                  [begin, engine = engines[i]] { return begin(*engine); }});
            } else if (each.verdicts[i].engine.place == engines::Place::Cloud) {
                report.line(Finding::Absent, trade,
                            fmt::format("{}: not tried, it is somebody else's computer",
                                        each.verdicts[i].engine.kind));
            }
        }
    }
}

void add_decoders(std::vector<Trial>& trials, Core& core, const audio::Pcm& speech) {
    for (const auto& verdict : core.hall.decoders()) {
        auto recording = recording_for(verdict.engine.kind, speech);
        if (may_be_tried(verdict)) {
            trials.push_back(
                {"decoder", verdict, [&core, recording] { return try_decoder(core, recording); }});
        }
    }
}

}  // namespace

awaitable<void> try_engines(Core& core, std::chrono::seconds patience, bool& well, Report& report) {
    audio::Pcm speech;
    std::string mute;
    try {
        auto speaking =
            synthesise_with(core.hall.synthesiser("flite", {}), std::string(spoken_sentence), Voice{});
        speech = co_await std::move(speaking);
    } catch (const Failure& failure) {
        mute = failure.error().message;
    }
    if (!mute.empty()) {
        report.line(Finding::Bad, "voice",
                    fmt::format("the built-in one cannot speak to the others: {}", mute));
        co_return;
    }
    std::vector<Trial> trials;
    add_decoders(trials, core, speech);
    add_trials<engines::Detector>(
        trials, core.hall, "detector", core.hall.detectors(),
        [&](auto& engine) { return try_detector(core, engine, speech); }, report);
    add_trials<engines::Recogniser>(
        trials, core.hall, "recogniser", core.hall.recognisers(),
        [&](auto& engine) { return try_recogniser(core, engine, speech); }, report);
    add_trials<engines::Model>(
        trials, core.hall, "model", core.hall.models(), [&](auto& engine) { return try_model(core, engine); },
        report);
    add_trials<engines::Synthesiser>(
        trials, core.hall, "synthesiser", core.hall.synthesisers(),
        [&](auto& engine) { return try_synthesiser(core, engine); }, report);
    add_trials<engines::Embedder>(
        trials, core.hall, "embedder", core.hall.embedders(),
        [&](auto& engine) { return try_embedder(core, engine); }, report);
    for (auto& trial : trials) {
        co_await carry_out(core, std::move(trial), patience, well, report);
    }
}

}  // namespace repartee::app
