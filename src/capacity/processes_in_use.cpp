#include "capacity/processes_in_use.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace repartee::capacity {

namespace {

namespace fs = std::filesystem;

std::optional<ProcessStat> stat_of(pid_t pid) {
    static const auto ticks = ::sysconf(_SC_CLK_TCK);
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    return parse_process_stat(text, ticks);
}

double own_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::optional<pid_t> pid_named(const std::string& name) {
    pid_t pid = 0;
    auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), pid);
    return fault == std::errc() && end == name.data() + name.size() ? std::optional(pid) : std::nullopt;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text, long ticks_per_second) {
    // "1234 (any name, even ) ) S 1 ...": what counts is behind the last bracket.
    auto bracket = text.rfind(')');
    if (bracket == std::string_view::npos || ticks_per_second <= 0) {
        return std::nullopt;
    }
    std::istringstream words{std::string(text.substr(bracket + 1))};
    std::string state;
    pid_t parent = 0;
    words >> state >> parent;
    // Between: group, session, terminal, its group, flags, and four counts of faults.
    std::string skipped;
    for (int i = 0; i < 9; ++i) {
        words >> skipped;
    }
    double user = 0;
    double system = 0;
    if (!(words >> user >> system)) {
        return std::nullopt;
    }
    return ProcessStat{.parent = parent, .seconds = (user + system) / static_cast<double>(ticks_per_second)};
}

std::vector<pid_t> descendants_of(pid_t root, const std::map<pid_t, pid_t>& parents) {
    std::multimap<pid_t, pid_t> children;
    for (auto [pid, parent] : parents) {
        children.emplace(parent, pid);
    }
    std::vector<pid_t> found;
    std::set<pid_t> seen{root};
    std::vector<pid_t> to_look_at{root};
    while (!to_look_at.empty()) {
        auto pid = to_look_at.back();
        to_look_at.pop_back();
        auto [first, last] = children.equal_range(pid);
        for (auto child = first; child != last; ++child) {
            if (seen.insert(child->second).second) {
                found.push_back(child->second);
                to_look_at.push_back(child->second);
            }
        }
    }
    return found;
}

void ProcessesInUse::find() {
    std::map<pid_t, pid_t> parents;
    std::error_code gone;
    for (fs::directory_iterator entry("/proc", gone), end; !gone && entry != end; entry.increment(gone)) {
        auto pid = pid_named(entry->path().filename().string());
        if (auto stat = pid ? stat_of(*pid) : std::nullopt) {
            parents.emplace(*pid, stat->parent);
        }
    }
    for (auto pid : descendants_of(::getpid(), parents)) {
        if (auto stat = stat_of(pid)) {
            // What a new one took before we knew of it was taken lately: it counts.
            others_.try_emplace(pid, 0.0);
        }
    }
}

double ProcessesInUse::seconds() {
    for (auto other = others_.begin(); other != others_.end();) {
        auto stat = stat_of(other->first);
        if (!stat || stat->seconds < other->second) {
            other = others_.erase(other);  // gone, or somebody else by now
            continue;
        }
        others_sum_ += stat->seconds - other->second;
        other->second = stat->seconds;
        ++other;
    }
    return own_seconds() + others_sum_;
}

}  // namespace repartee::capacity
