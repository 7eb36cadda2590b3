// Somebody speaks into a reply: how soon it falls silent.
#include "base/error.h"
#include "bench/conduct.h"
#include "bench/trigger.h"

#include <fmt/format.h>

namespace repartee::bench {

namespace {

// The voice of each cycle interrupts the reply to that of the cycle before, which is too long to end by
// itself.
constexpr Duration interruption = 1280ms;
constexpr Duration interruption_cycle = 4800ms;
constexpr int reply_words = 60;
constexpr int different_cycles = 7;

}  // namespace

Report measure_barge_in(const BargeInOptions& options) {
    Report report("Barge-in: from the first frame of a voice, as it was due, into a reply that sounds");
    auto frame_bytes = static_cast<std::size_t>(options.frame_bytes);
    auto frame_length = length_of_frame(frame_bytes);
    // Of different lengths, so that voices fall anywhere between two pieces of a reply.
    std::vector<Script> scripts;
    for (int more = 0; more < different_cycles; ++more) {
        scripts.push_back(
            {.frame_bytes = frame_bytes,
             .frame_length = frame_length,
             .cycle = whole_cycle(interruption_cycle + more * common_grain(frame_length), frame_length),
             .voices = {{Duration(0), interruption}}});
    }
    Sound sound(frame_bytes);
    auto environment = scripted_engines({}, reply_words);
    if (!options.partials) {
        environment["SCRIPTED_STT_PARTIALS"] = "0";
    }
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, environment, settings_of_calls()));
        Load load(server, scripts, sound, call_path);
        load.call(static_cast<std::size_t>(options.calls), 100);
        load.run_for(2 * scripts.back().cycle);
        load.take_turns();
        load.pacer().forget_lateness();
        Interval whole(server);
        load.run_for(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds)));

        Samples hold;
        Samples stop;
        std::vector<Duration> stops;
        auto turns = load.take_turns();
        for (const auto& turn : turns) {
            if (turn.stop_at) {
                stop.add(milliseconds_of(*turn.stop_at - turn.began));
                stops.push_back(*turn.stop_at - turn.began);
                // When nothing came any more, it was silent before the voice was.
                auto last = turn.last_sound_before_stop.value_or(turn.began);
                hold.add(milliseconds_of(std::max(last, turn.began) - turn.began));
            }
        }
        if (stops.empty()) {
            throw Failure(
                ErrorKind::Unavailable,
                fmt::format("No reply was interrupted: the server may not understand the load (is it set "
                            "to scripted engines?), or {} s are too short for a turn of {:.1f} s.",
                            options.seconds, seconds_of(scripts.back().cycle)));
        }
        Samples after_trigger;
        Trigger trigger(stops, frame_length);
        for (auto one : stops) {
            after_trigger.add(milliseconds_of(trigger.since(one)));
        }
        report.add_percentiles("last sound", "ms", hold);
        report.add_percentiles("the word stop", "ms", stop);
        report.add_percentiles("stop, after the frame that decided", "ms", after_trigger);
        report.add("that frame", "ms", milliseconds_of(trigger.due()));
        report.add("replies interrupted", "%",
                   turns.empty()
                       ? 0
                       : 100.0 * static_cast<double>(stops.size()) / static_cast<double>(turns.size()));
        whole.report_company(report);
        report_load(report, load);
    }
    return report;
}

}  // namespace repartee::bench
