#include "processes/available_memory.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace repartee::processes {

namespace {

namespace fs = std::filesystem;

std::string beginning_of_file(const fs::path& path) {
    constexpr std::size_t enough = 64 << 10;
    std::ifstream file(path);
    std::string text(enough, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return text;
}

// The number behind a word that begins a line: "MemAvailable:  3142 kB", "inactive_file 4096".
std::optional<std::uint64_t> number_behind(const std::string& text, std::string_view word) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first;
        std::uint64_t number = 0;
        if (words >> first && first == word && words >> number) {
            return number;
        }
    }
    return std::nullopt;
}

// A file that holds a number, or "max".
std::optional<std::uint64_t> number_in(const fs::path& path) {
    std::istringstream text(beginning_of_file(path));
    std::uint64_t number = 0;
    return text >> number ? std::optional(number) : std::nullopt;
}

// What a group may still take; nothing where it has no limit.
std::optional<std::uint64_t> left_in(const fs::path& group) {
    auto limit = number_in(group / "memory.max");
    auto used = number_in(group / "memory.current");
    if (!limit || !used) {
        return std::nullopt;
    }
    // Files that nobody has open give way.
    auto cached = number_behind(beginning_of_file(group / "memory.stat"), "inactive_file").value_or(0);
    auto held = *used - std::min(*used, cached);
    return *limit - std::min(*limit, held);
}

// Of the second version, which has one tree for everything: "0::/user.slice/session.scope".
fs::path own_group(const fs::path& root) {
    std::istringstream lines(beginning_of_file(root / "proc/self/cgroup"));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("0::/")) {
            return line.substr(4);
        }
    }
    return {};
}

}  // namespace

std::optional<std::uint64_t> available_memory(const fs::path& root) {
    auto kibibytes = number_behind(beginning_of_file(root / "proc/meminfo"), "MemAvailable:");
    if (!kibibytes) {
        return std::nullopt;
    }
    auto available = *kibibytes << 10;
    const auto tree = root / "sys/fs/cgroup";
    // The limits of all the groups around us count. In a container the tree begins with our own group.
    for (auto group = own_group(root);; group = group.parent_path()) {
        if (auto left = left_in(tree / group)) {
            available = std::min(available, *left);
        }
        if (group.empty()) {
            return available;
        }
    }
}

}  // namespace repartee::processes
