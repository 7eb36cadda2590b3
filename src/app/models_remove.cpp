#include "app/model_shelf.h"
#include "app/models.h"
#include "downloads/part_file.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;

// What has come of one that was never there as a whole. False when nothing has.
bool remove_part(const fs::path& folder, const models::KnownModel& model) {
    if (part_on_shelf(folder, model) == 0) {
        return false;
    }
    downloads::PartFile(folder / model.file).discard();
    return true;
}

void remove(const ShelvedModel& model) {
    std::error_code fault;
    fs::remove(model.path, fault);
    if (fault) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("'{}' cannot be removed: {}.", model.path.string(), fault.message()));
    }
    if (model.record) {
        models::change_record(model.path.parent_path(),
                              [&](models::Record& record) { record.erase(model.path.filename().string()); });
    }
}

void remove_named(const fs::path& folder, const std::string& name) {
    const auto* known = models::known_model(name);
    bool part = known != nullptr && remove_part(folder, *known);
    auto shelf = models_on_shelf(folder);
    auto model = model_on_shelf(name, shelf);
    if (!model && part) {
        std::cout << fmt::format("What had come of {} is removed.\n", known->name);
        return;
    }
    remove(*model.value());
    std::cout << fmt::format("{} is removed; {} are free again.\n", (*model)->name(),
                             models::size_in_words((*model)->bytes));
}

}  // namespace

int remove_models(const Settings& settings, const std::vector<std::string>& names) {
    int code = 0;
    for (const auto& name : names) {
        try {
            remove_named(models_folder(settings.server), name);
        } catch (const Failure& failure) {
            std::cerr << fmt::format("repartee: {}\n", failure.error().message);
            code = 1;
        }
    }
    return code;
}

}  // namespace repartee::app
