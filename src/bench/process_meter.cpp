#include "bench/process_meter.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace repartee::bench {

namespace {

std::string content(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Duration of_ticks(std::uint64_t ticks) {
    static const auto per_second = ::sysconf(_SC_CLK_TCK);
    return Duration(1s) / per_second * static_cast<std::int64_t>(ticks);
}

MachineTimes machine_times() {
    return parse_machine(content("/proc/stat")).value_or(MachineTimes{});
}

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string ProcessMeter::file(const char* name) const {
    return fmt::format("/proc/{}/{}", pid_, name);
}

Usage ProcessMeter::read_times() const {
    if (!known()) {
        return {};
    }
    auto times = parse_stat(content(file("stat")));
    if (!times) {
        throw Failure(ErrorKind::NotFound, fmt::format("Process {} has gone.", pid_));
    }
    return {.user = of_ticks(times->user_ticks),
            .system = of_ticks(times->system_ticks),
            .threads = times->threads};
}

Usage ProcessMeter::read() const {
    auto usage = read_times();
    if (known()) {
        // Where the sums are not kept, what it has in memory without files comes near.
        auto rollup = content(file("smaps_rollup"));
        auto clean = parse_bytes(rollup, "Private_Clean");
        auto dirty = parse_bytes(rollup, "Private_Dirty");
        usage.resident =
            clean && dirty ? *clean + *dirty : parse_bytes(content(file("status")), "RssAnon").value_or(0);
    }
    return usage;
}

Company::Company(const ProcessMeter& server)
    : server_(server),
      us_(::getpid()),
      began_(std::chrono::steady_clock::now()),
      machine_(machine_times()),
      server_used_(server.read_times().processor()),
      we_used_(us_.read_times().processor()) {}

double Company::cores() const {
    auto now = machine_times();
    auto busy = of_ticks(now.busy_ticks - std::min(now.busy_ticks, machine_.busy_ticks));
    auto ours = server_.read_times().processor() - server_used_ + us_.read_times().processor() - we_used_;
    auto elapsed = std::chrono::steady_clock::now() - began_;
    return std::max(0.0, seconds(busy - ours) / seconds(elapsed));
}

double Company::own_cores() const {
    return seconds(us_.read_times().processor() - we_used_) /
           seconds(std::chrono::steady_clock::now() - began_);
}

double load_average() {
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    return load;
}

std::string machine_name() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    std::string model = "unknown processor";
    while (std::getline(file, line)) {
        if (line.starts_with("model name")) {
            model = line.substr(line.find(':') + 2);
            break;
        }
    }
    return fmt::format("{}, {} cores", model, ::sysconf(_SC_NPROCESSORS_ONLN));
}

}  // namespace repartee::bench
