#include "app/model_shelf.h"

#include "config/nearest_name.h"
#include "models/silero_names.h"
#include "models/whisper_names.h"
#include "processes/available_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;

// Before a second attempt to fetch one, for who has the usual patience.
constexpr std::chrono::milliseconds first_download_pause{1'000};

bool is_model_file(const fs::path& path) {
    return path.extension() == ".bin" || path.extension() == ".gguf";
}

// --- names ---

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) {
        all += (all.empty() ? "" : ", ") + word;
    }
    return all;
}

// The most similar one, and those that have the word in them.
std::vector<std::string> near(std::string_view word, const std::vector<std::string>& names) {
    constexpr std::size_t most_names = 5;
    std::vector<std::string> found;
    if (auto nearest = config::nearest_name(word, names); !nearest.empty()) {
        found.push_back(nearest);
    }
    for (const auto& name : names) {
        bool like_it = word.size() > 1 && name.find(word) != std::string::npos;
        if (like_it && found.size() < most_names && std::ranges::find(found, name) == found.end()) {
            found.push_back(name);
        }
    }
    return found;
}

Error no_such_model(std::string_view where, std::string_view word, const std::vector<std::string>& names) {
    auto similar = near(word, names);
    auto hint = similar.empty() ? std::string() : fmt::format(" Did you mean {}?", joined(similar));
    return {ErrorKind::NotFound,
            fmt::format("There is no model '{}'{}.{} All of them: repartee models list",
                        config::presentable(word), where, hint),
            {}};
}

// --- settings ---

// The texts among the settings, by path: "engines.whisper.model".
class TextSettings final : public Fields {
public:
    explicit TextSettings(const config::Sections& sections) {
        for (const auto& section : sections) {
            path_ = section.name + ".";
            section.describe(*this);
        }
    }

    std::string operator[](std::string_view path) const {
        auto found = texts_.find(path);
        return found == texts_.end() ? std::string() : found->second;
    }

    void field(std::string_view name, std::string& value, const FieldAbout&) override {
        texts_.emplace(path_ + std::string(name), value);
    }
    void field(std::string_view, bool&, const FieldAbout&) override {}
    void field(std::string_view, std::int64_t&, const FieldAbout&) override {}
    void field(std::string_view, double&, const FieldAbout&) override {}
    void field(std::string_view, Secret&, const FieldAbout&) override {}
    void field(std::string_view, std::vector<std::string>&, const FieldAbout&) override {}
    void field(std::string_view, std::chrono::milliseconds&, const FieldAbout&) override {}
    void section(std::string_view name, std::string_view,
                 const std::function<void(Fields&)>& contents) override {
        auto outer = path_;
        path_ += std::string(name) + ".";
        contents(*this);
        path_ = outer;
    }

private:
    std::string path_;
    std::map<std::string, std::string, std::less<>> texts_;
};

// Which of them the engine takes, as far as that can be told without asking it: the one that is named, else
// the largest that the memory has room for.
std::optional<fs::path> language_model_in_use(const fs::path& folder, const std::string& wanted) {
    if (!wanted.empty()) {
        std::vector<fs::path> candidates{wanted, folder / wanted, folder / (wanted + ".gguf")};
        if (const auto* known = models::known_model(wanted)) {
            candidates.push_back(folder / known->file);
        }
        auto there = std::ranges::find_if(
            candidates, [](const auto& path) { return models::FileIdentity::of(path).has_value(); });
        return there == candidates.end() ? std::nullopt : std::optional(*there);
    }
    auto room = processes::available_memory().value_or(std::numeric_limits<std::uint64_t>::max());
    std::optional<fs::path> best;
    std::uintmax_t most = 0;
    for (const auto& model : models_on_shelf(folder)) {
        if (model.path.extension() == ".gguf" && model.bytes > most && model.bytes < room) {
            most = model.bytes;
            best = model.path;
        }
    }
    return best;
}

}  // namespace

std::string ShelvedModel::name() const {
    return known != nullptr ? known->name : path.filename().string();
}

std::vector<ShelvedModel> models_on_shelf(const fs::path& folder) {
    auto record = models::read_record(folder);
    std::vector<ShelvedModel> shelf;
    std::error_code nowhere;
    for (const auto& entry : fs::directory_iterator(folder, nowhere)) {
        auto identity = models::FileIdentity::of(entry.path());
        if (!identity || !is_model_file(entry.path())) {
            continue;
        }
        auto file = entry.path().filename().string();
        auto known = record.find(file);
        shelf.push_back({.path = entry.path(),
                         .bytes = identity->bytes,
                         .known = models::known_file(file),
                         .record = known == record.end() ? std::nullopt : std::optional(known->second)});
    }
    std::ranges::sort(shelf, {}, &ShelvedModel::name);
    return shelf;
}

std::uintmax_t part_on_shelf(const fs::path& folder, const models::KnownModel& model) {
    auto part = models::FileIdentity::of(folder / (model.file + ".part"));
    return part ? part->bytes : 0;
}

Result<const models::KnownModel*> model_to_fetch(std::string_view word, const models::MachineFacts& machine) {
    if (word == "whisper") {
        return &models::suitable_recogniser(machine);
    }
    if (word == "llm" || word == "llama") {
        if (const auto* model = models::suitable_language_model(machine)) {
            return model;
        }
        return Error{
            ErrorKind::Unavailable,
            "No language model of the list would leave this machine room for the rest. One can be named "
            "all the same: repartee models list",
            {}};
    }
    if (const auto* model = models::known_model(word)) {
        return model;
    }
    std::vector<std::string> names{"whisper", "llm"};
    for (const auto& model : models::manifest()) {
        names.push_back(model.name);
    }
    return no_such_model("", word, names);
}

Result<const ShelvedModel*> model_on_shelf(std::string_view word, std::span<const ShelvedModel> shelf) {
    const auto* known = models::known_model(word);
    std::vector<std::string> names;
    for (const auto& model : shelf) {
        if (model.path.filename() == word || (known != nullptr && model.known == known)) {
            return &model;
        }
        names.push_back(model.name());
    }
    return no_such_model(" here", word, names);
}

bool may_use(const std::string& choice, std::string_view kind) {
    auto words = engines::words_of_choice(choice);
    return std::ranges::any_of(words, [&](const auto& word) { return word == "auto" || word == kind; });
}

std::string text_setting(Settings& settings, Parts& parts, std::string_view path) {
    return TextSettings(sections_of(settings, parts))[path];
}

ModelChoices model_choices(Settings& settings, Parts& parts) {
    const TextSettings texts(sections_of(settings, parts));
    return {.folder = models_folder(settings.server),
            .engines = settings.engines,
            .whisper = texts["engines.whisper.model"],
            .whisper_compute_type = texts["engines.whisper.compute_type"],
            .silero = texts["engines.silero.model"],
            .llama = texts["engines.llama.model"]};
}

std::vector<ModelUse> models_in_use(const ModelChoices& choices) {
    std::vector<ModelUse> uses;
    auto add = [&](std::string setting, const std::string& named, const std::optional<fs::path>& file) {
        if (file) {
            uses.push_back({.path = *file, .setting = std::move(setting), .chosen = !named.empty()});
        }
    };
    if (may_use(choices.engines.recogniser, "whisper")) {
        add("engines.whisper.model", choices.whisper,
            models::find_whisper(choices.folder, choices.whisper, choices.whisper_compute_type));
    }
    if (may_use(choices.engines.detector, "silero")) {
        add("engines.silero.model", choices.silero, models::find_silero(choices.folder, choices.silero));
    }
    if (may_use(choices.engines.model, "llama")) {
        add("engines.llama.model", choices.llama, language_model_in_use(choices.folder, choices.llama));
    }
    return uses;
}

downloads::Order order_for(const models::KnownModel& model, const ModelSettings& settings,
                           const fs::path& folder) {
    return {.address = models::address_of(model, settings.hub),
            .target = folder / model.file,
            .kind = model.kind,
            .sha1 = std::string(model.sha1),
            .about_bytes = static_cast<std::uintmax_t>(model.mebibytes) << 20,
            .least_free = static_cast<std::uintmax_t>(settings.least_free) << 20,
            .patience = settings.patience,
            .first_pause = std::min(first_download_pause, settings.patience / 4)};
}

}  // namespace repartee::app
