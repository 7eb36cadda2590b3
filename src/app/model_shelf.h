// The folder of models: what lies in it, what people call it, and which settings make use of it.
#pragma once

#include "app/settings.h"
#include "downloads/download.h"
#include "models/manifest.h"
#include "models/record.h"
#include "models/suitable.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::app {

struct ShelvedModel {
    std::filesystem::path path;
    std::uintmax_t bytes = 0;
    const models::KnownModel* known = nullptr;        // null: none of the manifest
    std::optional<models::RecordedFile> record = {};  // nothing: put there by hand

    // "base.en"; of one that nobody knows, the file's.
    std::string name() const;
};

// By name. Throws Failure where the record of the folder is broken.
std::vector<ShelvedModel> models_on_shelf(const std::filesystem::path& folder);

// Bytes of one that has not come in whole yet; 0: nothing of it is there.
std::uintmax_t part_on_shelf(const std::filesystem::path& folder, const models::KnownModel& model);

// --- what people type; pure ---

// A model by any of its names, or the one of a kind that suits the machine: "whisper", "llm". An Error lists
// the nearest names, and says how to see all.
Result<const models::KnownModel*> model_to_fetch(std::string_view word, const models::MachineFacts& machine);
// One that is there, by name or file.
Result<const ShelvedModel*> model_on_shelf(std::string_view word, std::span<const ShelvedModel> shelf);

// --- who uses what ---

// Whether a choice of engines leaves room for one of this kind: it is named there, or `auto` is.
bool may_use(const std::string& choice, std::string_view kind);

// A text among the settings: "engines.whisper.model". Empty where there is none.
std::string text_setting(Settings& settings, Parts& parts, std::string_view path);

struct ModelUse {
    std::filesystem::path path;
    std::string setting;  // "engines.whisper.model"
    bool chosen = false;  // named there, and not merely the best that is there
};

// What the settings say about models.
struct ModelChoices {
    std::filesystem::path folder;
    engines::EngineChoices engines;
    std::string whisper = {};
    std::string whisper_compute_type = {};
    std::string silero = {};
    std::string llama = {};
};

// Of the settings in force. Before there are threads: it goes through all of them.
ModelChoices model_choices(Settings& settings, Parts& parts);
// Looks at the disk.
std::vector<ModelUse> models_in_use(const ModelChoices& choices);

// --- how they come ---

downloads::Order order_for(const models::KnownModel& model, const ModelSettings& settings,
                           const std::filesystem::path& folder);

}  // namespace repartee::app
