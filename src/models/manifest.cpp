#include "models/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <utility>
#include <vector>

namespace repartee::models {

namespace {

// --- Whisper ---

// A size of Whisper. `memory` is whisper.cpp's own account for the plain file; turbo's, which has none, is
// its file and what large takes besides.
struct WhisperFamily {
    std::string_view name;
    int mebibytes;
    int memory;
    std::string_view gain;
    std::string_view suits;
};

constexpr auto whisper_families = std::to_array<WhisperFamily>({
    {"tiny", 75, 273, "clear speech from close by", "one core, little memory"},
    {"base", 142, 388, "everyday speech", "two cores"},
    {"small", 466, 852, "names, accents and noisy rooms", "eight cores"},
    {"medium", 1536, 2150, "long and difficult sentences", "a graphics card, or many cores and patience"},
    {"large-v2", 2969, 3990, "difficult speech in rarer languages", "a graphics card"},
    {"large-v3-turbo", 1549, 2570, "nearly what large-v3 understands, several times as fast",
     "a graphics card, or sixteen cores"},
    {"large-v3", 2969, 3990, "the most that Whisper understands", "a graphics card"},
});

struct WhisperFile {
    std::string_view name;
    int mebibytes;
    std::string_view sha1;  // of those that whisper.cpp's own list has
};

constexpr auto whisper_table = std::to_array<WhisperFile>({
    {"tiny.en-q5_1", 31, {}},
    {"tiny.en-q8_0", 42, {}},
    {"tiny.en", 75, "c78c86eb1a8faa21b369bcd33207cc90d64ae9df"},
    {"tiny-q5_1", 31, {}},
    {"tiny-q8_0", 42, {}},
    {"tiny", 75, "bd577a113a864445d4c299885e0cb97d4ba92b5f"},
    {"base.en-q5_1", 57, {}},
    {"base.en-q8_0", 78, {}},
    {"base.en", 142, "137c40403d78fd54d454da0f9bd998f78703390c"},
    {"base-q5_1", 57, {}},
    {"base-q8_0", 78, {}},
    {"base", 142, "465707469ff3a37a2b9b8d8f89f2f99de7299dac"},
    {"small.en-q5_1", 181, {}},
    {"small.en-q8_0", 252, {}},
    {"small.en", 466, "db8a495a91d927739e50b3fc1cc4c6b8f6c2d022"},
    {"small-q5_1", 181, {}},
    {"small-q8_0", 252, {}},
    {"small", 466, "55356645c2b361a969dfd0ef2c5a50d530afd8d5"},
    {"medium.en-q5_0", 514, {}},
    {"medium.en-q8_0", 785, {}},
    {"medium.en", 1536, "8c30f0e44ce9560643ebd10bbe50cd20eafd3723"},
    {"medium-q5_0", 514, {}},
    {"medium-q8_0", 785, {}},
    {"medium", 1536, "fd9727b6e1217c2f614f9b698455c4ffd82463b4"},
    {"large-v3-turbo-q5_0", 547, "e050f7970618a659205450ad97eb95a18d69c9ee"},
    {"large-v3-turbo-q8_0", 834, {}},
    {"large-v3-turbo", 1549, "4af2b29d7ec73d781377bfd1758ca957a807e941"},
    {"large-v2-q5_0", 1126, "00e39f2196344e901b3a2bd5814807a769bd1630"},
    {"large-v2", 2969, "0f4c8e34f21cf1a914c59d8b3ce882345ad349d6"},
    {"large-v3-q5_0", 1126, "e6e2ed78495d403bef4b7cff42ef4aaadcfea8de"},
    {"large-v3", 2969, "ad82bf6a9043ceed055076d0fd39f5f186ff8062"},
});

// "large-v3" is the beginning of "large-v3-turbo", too, which stands before it.
const WhisperFamily& family_of(std::string_view name) {
    const auto* family = std::ranges::find_if(
        whisper_families, [&](const WhisperFamily& one) { return name.starts_with(one.name); });
    assert(family != whisper_families.end());
    return *family;
}

KnownModel whisper(const WhisperFile& file) {
    const auto& family = family_of(file.name);
    bool english = file.name.find(".en") != std::string_view::npos;
    return {.name = std::string(file.name),
            .file = fmt::format("ggml-{}.bin", file.name),
            .kind = ModelKind::Whisper,
            .mebibytes = file.mebibytes,
            // What a file lacks by quantization, memory lacks.
            .memory = family.memory - (family.mebibytes - file.mebibytes),
            .licence = "MIT",
            .source = "ggerganov/whisper.cpp",
            .sha1 = file.sha1,
            .knows = english ? "English" : "a hundred languages",
            .gain = family.gain,
            .suits = family.suits};
}

// --- Silero ---

KnownModel silero(std::string_view name, std::string_view version) {
    return {.name = std::string(name),
            .file = fmt::format("ggml-silero-{}.bin", version),
            .kind = ModelKind::Silero,
            .mebibytes = 0,
            .memory = 0,
            .licence = "MIT",
            .source = "ggml-org/whisper-vad",
            .sha1 = {},
            .knows = "any language",
            .gain = "tells voices from noise",
            .suits = "any machine"};
}

// --- language models ---

struct LanguageModel {
    std::string_view name;
    std::string_view source;
    std::string_view file;
    int mebibytes;
    std::string_view licence;
    std::string_view knows;
    std::string_view gain;
    std::string_view suits;
};

constexpr auto language_models = std::to_array<LanguageModel>({
    {"qwen2.5-0.5b", "Qwen/Qwen2.5-0.5B-Instruct-GGUF", "qwen2.5-0.5b-instruct-q4_k_m.gguf", 469,
     "Apache-2.0", "29 languages", "short answers and small talk, often wrong about facts", "two cores"},
    {"qwen2.5-1.5b", "Qwen/Qwen2.5-1.5B-Instruct-GGUF", "qwen2.5-1.5b-instruct-q4_k_m.gguf", 1066,
     "Apache-2.0", "29 languages", "free conversation, simple questions, skills", "four cores"},
    {"smollm2-1.7b", "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF", "smollm2-1.7b-instruct-q4_k_m.gguf", 1007,
     "Apache-2.0", "English", "free conversation in English", "four cores"},
    {"qwen2.5-3b", "Qwen/Qwen2.5-3B-Instruct-GGUF", "qwen2.5-3b-instruct-q4_k_m.gguf", 2007,
     "Qwen Research (not for commercial use)", "29 languages", "better answers, more of the facts right",
     "eight cores"},
    {"qwen3-4b", "Qwen/Qwen3-4B-GGUF", "Qwen3-4B-Q4_K_M.gguf", 2382, "Apache-2.0", "a hundred languages",
     "thinks before it answers: better, and later", "a graphics card"},
});

KnownModel language_model(const LanguageModel& model) {
    return {.name = std::string(model.name),
            .file = std::string(model.file),
            .kind = ModelKind::Gguf,
            .mebibytes = model.mebibytes,
            .memory = model.mebibytes + model.mebibytes / 4,  // what has been said takes room besides
            .licence = model.licence,
            .source = model.source,
            .sha1 = {},
            .knows = model.knows,
            .gain = model.gain,
            .suits = model.suits};
}

std::vector<KnownModel> all_models() {
    std::vector<KnownModel> all;
    std::ranges::transform(whisper_table, std::back_inserter(all), whisper);
    all.push_back(silero("silero", "v6.2.0"));
    all.push_back(silero("silero-v5.1.2", "v5.1.2"));
    std::ranges::transform(language_models, std::back_inserter(all), language_model);
    return all;
}

// --- names ---

// What their makers and other programs call them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> other_names{{
    {"turbo", "large-v3-turbo"},
    {"large", "large-v3"},
    {"vad", "silero"},
    {"silero-v6.2.0", "silero"},
    {"silero-vad", "silero"},
}};

std::string in_lower_case(std::string_view word) {
    std::string lower(word);
    for (auto& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

}  // namespace

std::span<const KnownModel> manifest() {
    static const std::vector<KnownModel> all = all_models();
    return all;
}

const KnownModel* known_model(std::string_view word) {
    auto name = in_lower_case(word);
    const auto* other =
        std::ranges::find(other_names, name, &std::pair<std::string_view, std::string_view>::first);
    if (other != other_names.end()) {
        name = other->second;
    }
    auto called_so = [&](const KnownModel& model) {
        return model.name == name || in_lower_case(model.file) == name;
    };
    auto found = std::ranges::find_if(manifest(), called_so);
    return found == manifest().end() ? nullptr : &*found;
}

const KnownModel* known_file(std::string_view file) {
    auto found = std::ranges::find(manifest(), file, &KnownModel::file);
    return found == manifest().end() ? nullptr : &*found;
}

std::string address_of(const KnownModel& model, std::string_view hub) {
    while (hub.ends_with('/')) {
        hub.remove_suffix(1);
    }
    return fmt::format("{}/{}/resolve/main/{}", hub, model.source, model.file);
}

std::string size_in_words(std::uintmax_t bytes) {
    constexpr std::uintmax_t mebibyte = 1 << 20;
    constexpr std::uintmax_t gibibyte = 1 << 30;
    if (bytes < mebibyte) {
        return "under 1 MiB";
    }
    if (bytes < gibibyte) {
        return fmt::format("{} MiB", (bytes + mebibyte / 2) / mebibyte);
    }
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(gibibyte));
}

std::string size_in_words(const KnownModel& model) {
    return size_in_words(static_cast<std::uintmax_t>(model.mebibytes) << 20);
}

}  // namespace repartee::models
