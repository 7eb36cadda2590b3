#include "app/machine.h"
#include "app/model_shelf.h"
#include "app/models.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Listing {
    fs::path folder;
    std::vector<ShelvedModel> shelf;
    std::vector<ModelUse> uses;
    std::vector<const models::KnownModel*> suitable;

    const ModelUse* use_of(const fs::path& path) const {
        auto found = std::ranges::find_if(uses, [&](const ModelUse& use) {
            std::error_code ignored;
            return fs::equivalent(use.path, path, ignored);
        });
        return found == uses.end() ? nullptr : &*found;
    }

    const ShelvedModel* on_shelf(const models::KnownModel& model) const {
        auto found = std::ranges::find(shelf, &model, &ShelvedModel::known);
        return found == shelf.end() ? nullptr : &*found;
    }

    bool suits(const models::KnownModel& model) const {
        return std::ranges::find(suitable, &model) != suitable.end();
    }
};

std::string_view sum_of(const ShelvedModel& model) {
    if (!model.record) {
        return "put there by hand";
    }
    return model.record->as_published ? "sum as published" : "sum of the first download";
}

// --- for people ---

void print_installed(const Listing& listing) {
    std::cout << fmt::format("Here, in {}\n", listing.folder.string());
    if (listing.shelf.empty()) {
        std::cout << "  none yet\n";
    }
    for (const auto& model : listing.shelf) {
        const auto* use = listing.use_of(model.path);
        std::string words;
        if (use != nullptr) {
            words = use->chosen
                        ? fmt::format("; in use: {} names it", use->setting)
                        : fmt::format("; in use: the best that is here ({} names none)", use->setting);
        }
        std::cout << fmt::format(
            "  {:<20} {:>11}  {:<10}  {}{}\n", model.name(), models::size_in_words(model.bytes),
            model.known != nullptr ? model.known->licence : "unknown", sum_of(model), words);
    }
}

std::string_view heading_of(models::ModelKind kind) {
    switch (kind) {
        case models::ModelKind::Silero: return "To tell voices from noise";
        case models::ModelKind::Gguf: return "To think";
        default: return "To recognise speech";
    }
}

void print_to_be_had(const Listing& listing) {
    std::optional<models::ModelKind> kind;
    std::string_view gain;
    for (const auto& model : models::manifest()) {
        if (kind != model.kind) {
            kind = model.kind;
            std::cout << fmt::format("\n{}\n", heading_of(model.kind));
        }
        if (gain != model.gain) {
            gain = model.gain;
            std::cout << fmt::format("  {}: for {}\n", model.gain, model.suits);
        }
        auto part = part_on_shelf(listing.folder, model);
        std::string state = listing.on_shelf(model) != nullptr ? "  here"
                            : part > 0 ? fmt::format("  {} are here", models::size_in_words(part))
                                       : "";
        std::cout << fmt::format("    {:<20} {:>11}  {:<19}  {}{}{}\n", model.name,
                                 models::size_in_words(model), model.knows, model.licence, state,
                                 listing.suits(model) ? "  <- suits this machine" : "");
    }
    std::cout
        << "\nTo fetch one: repartee models pull NAME. What suits this machine: repartee models pull whisper "
           "silero llm\n";
}

// --- for scripts ---

json::object described(const Listing& listing, const models::KnownModel* known, const ShelvedModel* shelved) {
    json::object model{{"name", known != nullptr ? known->name : shelved->name()},
                       {"file", known != nullptr ? known->file : shelved->path.filename().string()},
                       {"installed", shelved != nullptr}};
    if (known != nullptr) {
        model["kind"] = models::name_of(known->kind);
        model["about_bytes"] = static_cast<std::uintmax_t>(known->mebibytes) << 20;
        model["licence"] = known->licence;
        model["knows"] = known->knows;
        model["suits_this_machine"] = listing.suits(*known);
        model["part_bytes"] = part_on_shelf(listing.folder, *known);
    }
    if (shelved != nullptr) {
        model["bytes"] = shelved->bytes;
        model["sum"] = !shelved->record                ? "none"
                       : shelved->record->as_published ? "published"
                                                       : "first_download";
        if (shelved->record) {
            model["sha256"] = shelved->record->sha256;
        }
        const auto* use = listing.use_of(shelved->path);
        model["used_by"] = use != nullptr ? json::value(use->setting) : json::value(nullptr);
    }
    return model;
}

void print_json(const Listing& listing, std::string_view hub) {
    json::array all;
    for (const auto& model : models::manifest()) {
        all.push_back(described(listing, &model, listing.on_shelf(model)));
    }
    for (const auto& model : listing.shelf) {
        if (model.known == nullptr) {
            all.push_back(described(listing, nullptr, &model));
        }
    }
    std::cout << json::serialize(json::object{
                     {"folder", listing.folder.string()}, {"hub", hub}, {"models", std::move(all)}})
              << "\n";
}

}  // namespace

int list_models(Settings& settings, Parts& parts, ListFormat format) {
    auto folder = models_folder(settings.server);
    auto machine = facts_of(look_at_machine(), speaks_english());
    Listing listing{.folder = folder,
                    .shelf = models_on_shelf(folder),
                    .uses = models_in_use(model_choices(settings, parts)),
                    .suitable = {&models::suitable_recogniser(machine), &models::suitable_detector(),
                                 models::suitable_language_model(machine)}};
    if (format == ListFormat::Json) {
        print_json(listing, settings.models.hub);
        return 0;
    }
    print_installed(listing);
    print_to_be_had(listing);
    return 0;
}

}  // namespace repartee::app
