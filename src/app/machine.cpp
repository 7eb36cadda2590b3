#include "app/machine.h"

#include "processes/available_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <thread>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;

int in_mebibytes(std::uint64_t bytes) {
    return static_cast<int>(std::min<std::uint64_t>(bytes >> 20, std::numeric_limits<int>::max()));
}

std::string text_of_kernel(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// "model name\t: AMD ..." -> "AMD ..."; the first such line.
std::string_view value_of(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        auto colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        auto key = line.substr(0, colon);
        while (key.ends_with(' ') || key.ends_with('\t')) {
            key.remove_suffix(1);
        }
        if (key == name) {
            auto value = line.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            return value;
        }
    }
    return {};
}

// libggml-vulkan.so and its like, beside those for processors.
std::vector<std::string> back_ends_of_the_kit() {
    std::vector<std::string> found;
    std::error_code nowhere;
    for (const auto& entry : fs::directory_iterator(REPARTEE_GGML_BACK_ENDS, nowhere)) {
        auto name = entry.path().stem().string();
        constexpr std::string_view prefix = "libggml-";
        if (name.starts_with(prefix) && entry.path().extension() == ".so") {
            name.erase(0, prefix.size());
            constexpr std::array<std::string_view, 3> no_card{"cpu", "blas", "rpc"};
            bool card = std::ranges::none_of(no_card, [&](auto kind) { return name.starts_with(kind); });
            if (card) {
                found.push_back(std::move(name));
            }
        }
    }
    std::ranges::sort(found);
    return found;
}

// Whether the system has a device that this back end would compute on.
bool has_device_for(std::string_view back_end) {
    std::error_code ignored;
    if (back_end == "cuda") {
        return fs::exists("/dev/nvidia0", ignored);
    }
    if (back_end == "hip") {
        return fs::exists("/dev/kfd", ignored);
    }
    return fs::exists("/dev/dri/renderD128", ignored);
}

}  // namespace

Machine look_at_machine() {
    auto cpuinfo = text_of_kernel("/proc/cpuinfo");
    auto meminfo = text_of_kernel("/proc/meminfo");
    Machine machine{.processor = processor_in(cpuinfo),
                    .cores = std::max(1U, std::thread::hardware_concurrency()),
                    .instruction_sets = instruction_sets_in(cpuinfo),
                    .memory = memory_in(meminfo, "MemTotal"),
                    .memory_free = in_mebibytes(processes::available_memory().value_or(0)),
                    .back_ends = back_ends_of_the_kit()};
    // A program in a container is told of the whole machine, and may use what its group may.
    if (auto cores = cores_in(text_of_kernel("/sys/fs/cgroup/cpu.max")); cores > 0) {
        machine.cores = std::min(machine.cores, cores);
    }
    machine.graphics_card = std::ranges::any_of(machine.back_ends, has_device_for);
    return machine;
}

bool speaks_english() {
    // Read once, before there are threads.
    for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* locale = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
        if (locale != nullptr && *locale != '\0') {
            return is_english(locale);
        }
    }
    return true;
}

models::MachineFacts facts_of(const Machine& machine, bool english) {
    return {.cores = machine.cores,
            .memory = machine.memory_free,
            .graphics_card = machine.graphics_card,
            .speaks_english = english};
}

std::string processor_in(std::string_view cpuinfo) {
    // Arm boards name themselves at the end.
    for (auto name : {"model name", "Model", "Hardware", "cpu model"}) {
        if (auto value = value_of(cpuinfo, name); !value.empty()) {
            return std::string(value);
        }
    }
    return {};
}

std::vector<std::string> instruction_sets_in(std::string_view cpuinfo) {
    struct Set {
        std::string_view flag;
        std::string_view name;
    };
    constexpr auto useful = std::to_array<Set>({{"sse4_2", "SSE4.2"},
                                                {"avx", "AVX"},
                                                {"f16c", "F16C"},
                                                {"fma", "FMA"},
                                                {"avx2", "AVX2"},
                                                {"avx512f", "AVX-512"},
                                                {"avx512_vnni", "VNNI"},
                                                {"amx_int8", "AMX"},
                                                {"asimd", "NEON"},
                                                {"asimddp", "dot product"},
                                                {"i8mm", "I8MM"},
                                                {"sve", "SVE"}});
    auto flags = value_of(cpuinfo, "flags");
    if (flags.empty()) {
        flags = value_of(cpuinfo, "Features");
    }
    std::istringstream words{std::string(flags)};
    std::vector<std::string> present{std::istream_iterator<std::string>(words), {}};
    std::vector<std::string> names;
    for (const auto& set : useful) {
        if (std::ranges::find(present, set.flag) != present.end()) {
            names.emplace_back(set.name);
        }
    }
    return names;
}

int memory_in(std::string_view meminfo, std::string_view line) {
    auto value = value_of(meminfo, line);
    std::uint64_t kibibytes = 0;
    std::from_chars(value.data(), value.data() + value.size(), kibibytes);
    return in_mebibytes(kibibytes << 10);
}

unsigned cores_in(std::string_view cpu_max) {
    std::istringstream words{std::string(cpu_max)};
    double quota = 0;
    double period = 0;
    if (!(words >> quota >> period) || quota <= 0 || period <= 0) {
        return 0;
    }
    return static_cast<unsigned>(std::max(1.0, std::ceil(quota / period)));
}

bool is_english(std::string_view locale) {
    auto language = locale.substr(0, locale.find_first_of("_.@-"));
    return language.empty() || language == "en" || language == "C" || language == "POSIX";
}

}  // namespace repartee::app
