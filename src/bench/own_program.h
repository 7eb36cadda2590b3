// This same program as a child: what the server that is measured and the voice that speaks the question need.
#pragma once

#include "base/error.h"

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <vector>

namespace repartee::bench {

inline std::string own_program() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

// As exec wants words; they outlive it.
inline std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

// A directory of the child's own, gone with this object.
class OwnDirectory {
public:
    // Throws Failure{Unavailable}.
    OwnDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "repartee-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw Failure(ErrorKind::Unavailable, "No directory can be made below " + pattern + ".");
        }
        path_ = pattern;
    }
    OwnDirectory(const OwnDirectory&) = delete;
    OwnDirectory& operator=(const OwnDirectory&) = delete;
    ~OwnDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace repartee::bench
