#include "bench/conduct.h"

#include <fmt/format.h>

namespace repartee::bench {

ServerWishes wishes_of(const CommonOptions& options, std::map<std::string, std::string> environment,
                       std::string settings) {
    ServerWishes wishes{.url = options.url, .pid = options.pid};
    if (options.core >= 0) {
        wishes.core = options.core;
        settings += "[server]\nthreads = 1\n";
    }
    wishes.environment = std::move(environment);
    wishes.settings = std::move(settings);
    return wishes;
}

std::string settings_of_calls() {
    return fmt::format(
        "[agents]\ndefault = \"caller\"\n"
        "[agents.caller]\nname = \"Caller\"\nlanguage = \"en\"\nsession_timeout = 86400000\n"
        "[agents.caller.turn_taking]\nmin_silence = {}\n",
        std::chrono::duration_cast<std::chrono::milliseconds>(silence_wait).count());
}

void run_until(asio::io_context& context, const std::function<bool()>& done, std::string_view what) {
    constexpr auto limit = 10s;
    auto by = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done()) {
        auto left = by - std::chrono::steady_clock::now();
        if (left <= Duration::zero()) {
            throw Failure(ErrorKind::TimedOut, fmt::format("Waited {} s for {}.", limit.count(), what));
        }
        if (context.run_one_for(left) == 0 && context.stopped()) {
            throw Failure(ErrorKind::Internal, fmt::format("Nothing is under way for {}.", what));
        }
    }
}

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

double kibibytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) / 1024;
}

Interval::Interval(const MeasuredServer& server)
    : server_(server),
      began_(std::chrono::steady_clock::now()),
      at_first_(server.meter().read_times()),
      company_(server.meter()) {}

void Interval::report_company(Report& report) const {
    if (server_.meter().known()) {
        report.add("cores used by the server", "", seconds_of(processor()) / seconds_of(length()));
    }
    report.add("cores used by the load", "", company_.own_cores());
    report.add("cores used by others", "", company_.cores());
    report.add("load average", "", load_average());
}

void report_load(Report& report, Load& load) {
    const auto& lateness = load.pacer().lateness();
    report.add("load behind its schedule p50", "ms", lateness.median());
    report.add("load behind its schedule p99.9", "ms", lateness.percentile(0.999));
    auto record = load.record();
    report.add("frames the server did not take", "", static_cast<double>(record.frames_withheld));
    report.add("calls the server cut off", "", static_cast<double>(record.cut_off));
}

}  // namespace repartee::bench
