#include "engines/llama/installation.h"

#include <unistd.h>

namespace repartee::engines::llama {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view server_name = "llama-server";

bool can_be_run(const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

// "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", whatever the machine.
std::optional<fs::path> loader_in(const fs::path& kit) {
    std::error_code none;
    for (const auto& folder : fs::directory_iterator(kit / "usr/lib", none)) {
        std::error_code no_folder;
        for (const auto& file : fs::directory_iterator(folder.path(), no_folder)) {
            if (file.path().filename().string().starts_with("ld-linux")) {
                return file.path();
            }
        }
    }
    return std::nullopt;
}

// The kit's programs run on the kit's own libc.
std::optional<processes::Program> server_of_kit(const fs::path& kit) {
    auto server = kit / "usr/bin" / server_name;
    auto loader = kit.empty() ? std::nullopt : loader_in(kit);
    if (!loader || !can_be_run(server)) {
        return std::nullopt;
    }
    auto libraries = loader->parent_path();
    return processes::Program{
        .executable = *loader,
        .arguments = {"--library-path", libraries.string() + ":" + (libraries / "llama").string(),
                      server.string()},
        // Where a program of the kit looks for what it computes with: neither the path that was compiled in
        // nor the loader's folder has it.
        .working_directory = libraries / "ggml/backends0"};
}

}  // namespace

std::optional<processes::Program> find_server(const Whereabouts& whereabouts) {
    if (!whereabouts.named.empty()) {
        return can_be_run(whereabouts.named)
                   ? std::optional(processes::Program{.executable = fs::absolute(whereabouts.named)})
                   : std::nullopt;
    }
    if (auto server = server_of_kit(whereabouts.kit)) {
        return server;
    }
    std::string_view rest = whereabouts.path;
    while (!rest.empty()) {
        auto length = std::min(rest.find(':'), rest.size());
        auto file = fs::path(rest.substr(0, length)) / server_name;
        rest.remove_prefix(std::min(length + 1, rest.size()));
        if (file.is_absolute() && can_be_run(file)) {
            return processes::Program{.executable = file};
        }
    }
    return std::nullopt;
}

}  // namespace repartee::engines::llama
