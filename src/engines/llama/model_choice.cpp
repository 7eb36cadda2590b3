#include "engines/llama/model_choice.h"

#include "models/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

namespace repartee::engines::llama {

namespace {

namespace fs = std::filesystem;

// What has weights in GGUF and does not talk: pictures for other models, numbers for texts.
constexpr std::array<std::string_view, 6> mute_architectures{"clip",         "bert",        "nomic-bert",
                                                             "jina-bert-v2", "modern-bert", "t5encoder"};

// What to do about it that there is none.
std::string where_to_get(const std::string& wanted, const fs::path& folder) {
    const auto* known = models::known_model(wanted);
    return fmt::format("repartee models pull {}, or put a GGUF file into {}",
                       known != nullptr ? known->name : "llm", folder.string());
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

// Of "name-00001-of-00003": the name, the first number and the second.
std::optional<std::array<std::string, 3>> as_part(const fs::path& file) {
    static const std::regex pattern(R"((.*)-(\d{5})-of-(\d{5}))");
    std::smatch match;
    auto stem = file.stem().string();
    if (!std::regex_match(stem, match, pattern)) {
        return std::nullopt;
    }
    return std::array<std::string, 3>{match[1], match[2], match[3]};
}

bool is_first_part(const fs::path& file) {
    auto part = as_part(file);
    return !part || (*part)[1] == "00001";
}

// By name, so that the same folder always gives the same choice.
std::vector<fs::path> gguf_files(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        if (entry.path().extension() == ".gguf" && is_there(entry.path()) && is_first_part(entry.path())) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

// A path; or the name of a file in the folder, with or without its ending; or a name of ours; or how the name
// of a file begins.
std::vector<fs::path> files_named(const std::string& wanted, const fs::path& folder) {
    std::vector<fs::path> candidates{wanted, folder / wanted, folder / (wanted + ".gguf")};
    if (const auto* known = models::known_model(wanted); known != nullptr) {
        candidates.push_back(folder / known->file);
    }
    for (const auto& candidate : candidates) {
        if (is_there(candidate)) {
            return {fs::absolute(candidate)};
        }
    }
    auto files = gguf_files(folder);
    std::erase_if(files, [&](const fs::path& file) {
        return !lower_case(file.filename().string()).starts_with(lower_case(wanted));
    });
    return files;
}

// Throws as examine() does, and for what is no language model.
ChosenModel looked_at(const fs::path& file, const LlamaSettings& settings) {
    // It may be run in another folder.
    ChosenModel model{.file = fs::absolute(file), .examined = models::examine(file)};
    std::uint64_t weights = 0;
    for (const auto& part : parts_of(file)) {
        weights += part == file ? model.examined.bytes : models::examine(part).bytes;
    }
    const auto& examined = model.examined;
    if (examined.kind != models::ModelKind::Gguf) {
        throw Failure(ErrorKind::Unsupported,
                      fmt::format("{} is a model of another kind ({}), and no language model", file.string(),
                                  models::name_of(examined.kind)),
                      "name a GGUF file");
    }
    bool mute = std::ranges::find(mute_architectures, examined.architecture) != mute_architectures.end();
    if (mute || examined.language.vocabulary == 0) {
        throw Failure(ErrorKind::Unsupported,
                      fmt::format("{} holds no model that talks ({})", file.string(), examined.architecture),
                      "name another file");
    }
    model.context = static_cast<std::uint64_t>(settings.context);
    if (examined.language.context > 0) {
        model.context = std::min(model.context, examined.language.context);
    }
    model.footprint =
        footprint_of(examined.language, weights, model.context, static_cast<std::uint64_t>(settings.slots));
    return model;
}

Failure too_large(const ChosenModel& model, std::uint64_t memory, const LlamaSettings& settings) {
    const auto& footprint = model.footprint;
    return {
        ErrorKind::TooLarge,
        fmt::format("{} needs about {} of memory ({} for {} of {} tokens), and there are {}",
                    model.file.filename().string(), models::size_in_words(footprint.all()),
                    models::size_in_words(footprint.conversations),
                    settings.slots == 1 ? "a conversation" : fmt::format("{} conversations", settings.slots),
                    model.context, models::size_in_words(memory)),
        "take a smaller model, or one with fewer bits a weight (Q4_K_M), or less engines.llama.context or "
        "slots; where a graphics card holds it, set engines.llama.memory"};
}

}  // namespace

std::vector<fs::path> parts_of(const fs::path& file) {
    auto part = as_part(file);
    if (!part) {
        return {file};
    }
    const auto& [name, number, count] = *part;
    std::vector<fs::path> parts;
    for (int i = 1; i <= std::stoi(count); ++i) {
        parts.push_back(file.parent_path() /
                        fmt::format("{}-{:05}-of-{}{}", name, i, count, file.extension().string()));
    }
    return parts;
}

ChosenModel choose_model(const LlamaSettings& settings, const fs::path& folder,
                         std::optional<std::uint64_t> memory) {
    auto files = settings.model.empty() ? gguf_files(folder) : files_named(settings.model, folder);
    if (files.empty()) {
        throw Failure(ErrorKind::NotFound,
                      settings.model.empty()
                          ? fmt::format("no language model in {}", folder.string())
                          : fmt::format("no language model '{}' in {}", settings.model, folder.string()),
                      where_to_get(settings.model, folder));
    }
    std::optional<Failure> trouble;
    std::optional<ChosenModel> best;
    std::optional<ChosenModel> smallest;
    for (const auto& file : files) {
        try {
            auto model = looked_at(file, settings);
            auto need = model.footprint.all();
            if ((!memory || need <= *memory) && (!best || need > best->footprint.all())) {
                best = model;
            }
            if (!smallest || need < smallest->footprint.all()) {
                smallest = std::move(model);
            }
        } catch (const Failure& failure) {
            trouble = trouble.value_or(failure);
        }
    }
    if (best) {
        return std::move(*best);
    }
    throw smallest ? too_large(*smallest, *memory, settings) : *trouble;
}

}  // namespace repartee::engines::llama
