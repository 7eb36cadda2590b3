// What we ourselves add to a turn, between the engines: from the final transcript to the first sound.
#include "base/error.h"
#include "bench/conduct.h"
#include "bench/question.h"
#include "bench/trigger.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::bench {

namespace {

constexpr Duration voice = 960ms;
constexpr Duration cycle = 4800ms;
constexpr int reply_words = 5;

// From the frame that ends the utterance, and from the text of what was understood, to the first sound.
void report_scripted(Report& report, const std::vector<Turn>& turns, const TurnOptions& options,
                     Duration frame_length) {
    std::chrono::milliseconds scripted(options.delays.sum());
    std::chrono::milliseconds after_text(options.delays.first_token + options.delays.first_audio);
    std::vector<Duration> answered;
    Samples by_text;
    Samples by_server;
    for (const auto& turn : turns) {
        if (!turn.reply.began()) {
            continue;
        }
        answered.push_back(turn.reply.first_at() - turn.began - scripted);
        if (turn.text_at) {
            by_text.add(milliseconds_of(turn.reply.first_at() - *turn.text_at - after_text));
        }
        if (turn.server_overhead_ms) {
            by_server.add(*turn.server_overhead_ms - milliseconds_of(after_text));
        }
    }
    Trigger trigger(answered, frame_length);
    Samples on_the_wire;
    for (auto one : answered) {
        on_the_wire.add(milliseconds_of(trigger.since(one)));
    }
    if (!by_server.empty()) {
        report.add_percentiles("final text to first sound, at the server", "ms", by_server);
    }
    report.add_percentiles("final text to first sound, at the caller", "ms", by_text);
    report.add_percentiles("last needed frame due to first sound", "ms", on_the_wire);
    report.add(
        "turns answered", "%",
        turns.empty() ? 0 : 100.0 * static_cast<double>(answered.size()) / static_cast<double>(turns.size()));
    report.note(
        fmt::format("Scripted delays taken off: {} ms to the final text, {} ms to the first word, {} ms "
                    "to the first sound.",
                    options.delays.final_text, options.delays.first_token, options.delays.first_audio));
}

// From the end of real speech to the first sound of the answer, the wait for silence taken off.
void report_embedded(Report& report, const std::vector<Turn>& turns, Duration speech) {
    Samples answered;
    for (const auto& turn : turns) {
        if (turn.reply.began()) {
            answered.add(milliseconds_of(turn.reply.first_at() - turn.began - speech - silence_wait));
        }
    }
    report.add_percentiles("end of speech to first sound, less the wait for silence", "ms", answered);
    report.add("turns answered", "%",
               turns.empty()
                   ? 0
                   : 100.0 * static_cast<double>(answered.count()) / static_cast<double>(turns.size()));
}

}  // namespace

Report measure_turns(const TurnOptions& options) {
    auto frame_bytes = static_cast<std::size_t>(options.frame_bytes);
    auto frame_length = length_of_frame(frame_bytes);
    Script script{.frame_bytes = frame_bytes,
                  .frame_length = frame_length,
                  .cycle = whole_cycle(cycle, frame_length),
                  .voices = {{Duration(0), voice}}};
    std::optional<Sound> sound;
    auto environment = scripted_engines(options.delays, reply_words);
    Duration speech = voice;
    if (options.embedded) {
        auto recording = spoken(options.question);
        speech = audio::duration_of(recording.size(), audio::speech_rate);
        script.cycle = whole_cycle(speech + cycle, frame_length);
        script.voices = {{Duration(0), speech}};
        sound.emplace(frame_bytes, recording);
        environment.clear();
    } else {
        sound.emplace(frame_bytes);
    }
    Report report(fmt::format("Turns: {} calls at once, {}", options.calls,
                              options.embedded ? "embedded engines" : "scripted engines"));
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, environment, settings_of_calls()));
        Load load(server, {&script, 1}, *sound, call_path);
        load.call(static_cast<std::size_t>(options.calls), 100);
        load.run_for(script.cycle);
        load.take_turns();
        load.pacer().forget_lateness();
        Interval whole(server);
        load.run_for(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds)));
        auto turns = load.take_turns();
        if (std::ranges::none_of(turns, [](const Turn& turn) { return turn.reply.began(); })) {
            throw Failure(
                ErrorKind::Unavailable,
                fmt::format("No turn was answered: the server may not understand the load (is it set to "
                            "scripted engines?), or {} s are too short for a turn of {:.1f} s.",
                            options.seconds, seconds_of(script.cycle)));
        }
        if (options.embedded) {
            report_embedded(report, turns, speech);
        } else {
            report_scripted(report, turns, options, frame_length);
        }
        if (server.meter().known() && !turns.empty()) {
            report.add("CPU of an audio second", "ms",
                       milliseconds_of(whole.processor()) / options.calls / seconds_of(whole.length()));
        }
        whole.report_company(report);
        report_load(report, load);
    }
    return report;
}

}  // namespace repartee::bench
