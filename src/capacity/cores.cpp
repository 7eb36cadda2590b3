#include "capacity/cores.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sched.h>
#include <sstream>
#include <string>
#include <thread>

namespace repartee::capacity {

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Of the second version of control groups: "0::/user.slice/session.scope". In a container the tree begins
// with our own.
fs::path own_group(const fs::path& root) {
    std::istringstream lines(text_of(root / "proc/self/cgroup"));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("0::/")) {
            return line.substr(4);
        }
    }
    return {};
}

double cores_by_affinity() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (::sched_getaffinity(0, sizeof cores, &cores) == 0) {
        return std::max(1, CPU_COUNT(&cores));
    }
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

std::optional<double> cores_in(std::string_view cpu_max) {
    std::istringstream words{std::string(cpu_max)};
    double quota = 0;
    double period = 0;
    if (!(words >> quota >> period) || quota <= 0 || period <= 0) {
        return std::nullopt;
    }
    return quota / period;
}

double usable_cores(const fs::path& root) {
    constexpr double least = 0.1;
    auto cores = cores_by_affinity();
    const auto tree = root / "sys/fs/cgroup";
    // The limits of all the groups around us count.
    for (auto group = own_group(root);; group = group.parent_path()) {
        if (auto limit = cores_in(text_of(tree / group / "cpu.max"))) {
            cores = std::min(cores, *limit);
        }
        if (group.empty()) {
            return std::max(least, cores);
        }
    }
}

}  // namespace repartee::capacity
