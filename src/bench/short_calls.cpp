// Many short calls, one after the other: what is left of them.
#include "bench/conduct.h"

#include <fmt/format.h>

namespace repartee::bench {

namespace {

// Memory is looked at so often on the way.
constexpr int looks = 10;

}  // namespace

Report measure_short_calls(const ShortCallOptions& options) {
    Report report(fmt::format("{} short calls", options.calls));
    auto frame_bytes = static_cast<std::size_t>(options.frame_bytes);
    auto frame_length = length_of_frame(frame_bytes);
    // All voice: the recogniser is at work when they hang up.
    Script script{.frame_bytes = frame_bytes,
                  .frame_length = frame_length,
                  .cycle = whole_cycle(10s, frame_length),
                  .voices = {{Duration(0), 10s}}};
    Sound sound(frame_bytes);
    // A few calls at a time, so that memory is looked at while nobody calls.
    auto batch = std::max(1, static_cast<int>(options.per_second / 2));
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, scripted_engines({}, 8), settings_of_calls()));
        std::vector<double> memory;
        auto fresh = server.meter().read();
        Interval whole(server);
        int made = 0;
        int looked = 0;
        while (made < options.calls) {
            Load load(server, {&script, 1}, sound, call_path);
            auto count = std::min(batch, options.calls - made);
            load.call(static_cast<std::size_t>(count), options.per_second);
            load.run_for(frame_length * options.frames);
            load.hang_up();
            made += count;
            if (server.meter().known() && made * looks / options.calls > looked) {
                looked = made * looks / options.calls;
                load.run_for(2500ms);
                report.add(fmt::format("memory above a fresh server's after {}%", looked * 100 / looks),
                           "KiB", kibibytes(server.meter().read().resident) - kibibytes(fresh.resident));
            }
        }
        if (server.meter().known()) {
            report.add("CPU of a call", "ms", milliseconds_of(whole.processor()) / made);
        }
        whole.report_company(report);
    }
    return report;
}

}  // namespace repartee::bench
