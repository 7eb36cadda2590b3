// Full-duplex calls: what they cost, what they weigh, and how evenly the replies leave.
#include "bench/conduct.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::bench {

namespace {

// A caller speaks for so long, and then listens until the cycle is over.
constexpr Duration question = 1600ms;
constexpr Duration question_cycle = 6400ms;

// How much of a reply may leave at once, before it leaves at the pace of the ear.
constexpr Duration lead = 300ms;

void report_replies(Report& report, const std::vector<Turn>& turns) {
    Samples delays;
    std::size_t answered = 0;
    std::size_t gaps = 0;
    for (const auto& turn : turns) {
        turn.reply.add_delays(lead, delays);
        answered += turn.reply.began() ? 1 : 0;
        gaps += turn.reply.gaps();
    }
    report.add_percentiles("frame delay", "ms", delays);
    report.add("replies that ran dry", "", static_cast<double>(gaps));
    report.add("turns answered", "%",
               turns.empty() ? 0 : 100.0 * static_cast<double>(answered) / static_cast<double>(turns.size()));
}

// One step of the ramp.
void measure_step(const CallOptions& options, const MeasuredServer& server, Load& load, Report& report) {
    load.run_for(question_cycle);
    load.take_turns();
    load.pacer().forget_lateness();
    auto calls = static_cast<double>(load.callers());
    Interval whole(server);
    for (int window = 1; window <= options.windows; ++window) {
        Interval interval(server);
        load.run_for(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds)));
        auto spent = milliseconds_of(interval.processor()) / calls / seconds_of(interval.length());
        if (server.meter().known() && options.windows > 1) {
            report.add(fmt::format("CPU of an audio second, window {}", window), "ms", spent);
        }
    }
    if (server.meter().known()) {
        auto cores = seconds_of(whole.processor()) / seconds_of(whole.length());
        report.add("CPU of an audio second", "ms", cores * 1000 / calls);
        report.add("calls a core has room for", "", cores > 0 ? calls / cores : 0);
    }
    report_replies(report, load.take_turns());
    whole.report_company(report);
    report_load(report, load);
}

}  // namespace

Report measure_calls(const CallOptions& options) {
    Report report(
        fmt::format("Calls: {} bytes each {:.0f} ms", options.frame_bytes,
                    milliseconds_of(length_of_frame(static_cast<std::size_t>(options.frame_bytes)))));
    auto frame_bytes = static_cast<std::size_t>(options.frame_bytes);
    auto frame_length = length_of_frame(frame_bytes);
    Script script{.frame_bytes = frame_bytes,
                  .frame_length = frame_length,
                  .cycle = whole_cycle(question_cycle, frame_length),
                  .voices = {{Duration(0), question}}};
    Sound sound(frame_bytes);
    auto ramp = options.calls;
    std::ranges::sort(ramp);
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(
            wishes_of(options.common, scripted_engines({}, options.reply_words), settings_of_calls()));
        auto fresh = server.meter().read();
        Load load(server, {&script, 1}, sound, call_path);
        for (int calls : ramp) {
            load.call(static_cast<std::size_t>(calls) - load.callers(), options.per_second);
            report.section(fmt::format("{} calls", calls));
            measure_step(options, server, load, report);
            if (server.meter().known()) {
                report.add("memory of a call", "KiB",
                           (kibibytes(server.meter().read().resident) - kibibytes(fresh.resident)) / calls);
            }
        }
        load.hang_up();
        load.run_for(3s);
        if (server.meter().known()) {
            report.section("after everybody has hung up");
            auto kept = kibibytes(server.meter().read().resident) - kibibytes(fresh.resident);
            report.add("memory not given back, of a call", "KiB", kept / ramp.back());
        }
    }
    return report;
}

}  // namespace repartee::bench
