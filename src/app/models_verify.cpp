#include "app/model_finding.h"
#include "app/models.h"
#include "app/progress_bar.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

int verify_models(const Settings& settings, const std::vector<std::string>& names) {
    auto shelf = models_on_shelf(models_folder(settings.server));
    std::vector<const ShelvedModel*> wanted;
    int code = 0;
    for (const auto& name : names) {
        if (auto model = model_on_shelf(name, shelf)) {
            wanted.push_back(*model);
        } else {
            std::cerr << fmt::format("repartee: {}\n", model.error().message);
            code = 1;
        }
    }
    if (names.empty()) {
        std::ranges::transform(shelf, std::back_inserter(wanted), [](const auto& model) { return &model; });
    }
    if (wanted.empty() && code == 0) {
        std::cout << fmt::format("There are no models in {}.\n", models_folder(settings.server).string());
    }
    ProgressBar bar(std::cerr, ProgressBar::Of::Bytes);
    for (const auto* model : wanted) {
        bar.begin(0, static_cast<std::int64_t>(model->bytes));
        auto finding = look_through(*model, Thoroughness::EveryByte, {}, [&](std::uintmax_t done) {
            bar.advance_to(static_cast<std::int64_t>(done));
        });
        bar.clear();
        code = finding.good ? code : 1;
        std::cout << fmt::format("{}  {:<20} {}\n", finding.good ? "ok  " : "FAIL", model->name(),
                                 finding.words);
        if (!finding.advice.empty()) {
            std::cout << fmt::format("      {:<20} -> {}\n", "", finding.advice);
        }
        std::cout << std::flush;
    }
    return code;
}

}  // namespace repartee::app
