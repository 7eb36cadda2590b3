#include "app/doctor_models.h"

#include "app/doctor_report.h"
#include "app/model_finding.h"
#include "app/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace repartee::app {

namespace {

void report_shelved(const ShelvedModel& model, const std::vector<ModelUse>& uses, Report& report,
                    const std::stop_token& stop) {
    ProgressBar bar(std::cerr, ProgressBar::Of::Bytes);
    bar.begin(0, static_cast<std::int64_t>(model.bytes));
    auto finding = look_through(model, Thoroughness::AsRemembered, stop, [&](std::uintmax_t done) {
        bar.advance_to(static_cast<std::int64_t>(done));
    });
    bar.clear();
    auto use = std::ranges::find_if(uses, [&](const ModelUse& one) {
        std::error_code ignored;
        return std::filesystem::equivalent(one.path, model.path, ignored);
    });
    auto words = finding.words;
    if (finding.good) {
        words = fmt::format("{}, {}{}", models::size_in_words(model.bytes), words,
                            use == uses.end() ? "; not in use" : fmt::format("; in use by {}", use->setting));
    }
    report.line(finding.good ? Finding::Good : Finding::Bad, model.name(), words, finding.advice);
}

std::string costs(const models::KnownModel& model) {
    auto memory = model.memory == 0
                      ? std::string("hardly any memory")
                      : fmt::format("about {} of memory",
                                    models::size_in_words(static_cast<std::uintmax_t>(model.memory) << 20));
    return fmt::format("{} to fetch, {}, licence {}", models::size_in_words(model), memory, model.licence);
}

// One that would suit the machine better than what is here.
void suggest(const models::KnownModel* model, std::string_view purpose,
             const std::vector<ShelvedModel>& shelf, Report& report) {
    bool is_here = std::ranges::any_of(shelf, [&](const auto& one) { return one.known == model; });
    if (model == nullptr || is_here) {
        return;
    }
    report.line(Finding::Absent, model->name,
                fmt::format("would suit this machine, {}: {}, {}; {}", purpose, model->gain, model->knows,
                            costs(*model)));
    report.advice(fmt::format("repartee models pull {}", model->name));
}

}  // namespace

void report_models(const Machine& machine, const ModelChoices& choices, Report& report,
                   const std::stop_token& stop) {
    const auto& folder = choices.folder;
    std::vector<ShelvedModel> shelf;
    try {
        shelf = models_on_shelf(folder);
    } catch (const Failure& failure) {
        report.line(Finding::Bad, "record", failure.error().message);
        return;
    }
    auto uses = models_in_use(choices);
    if (shelf.empty()) {
        report.line(Finding::Absent, "models", fmt::format("none in {}", folder.string()));
    }
    for (const auto& model : shelf) {
        report_shelved(model, uses, report, stop);
    }
    auto facts = facts_of(machine, speaks_english());
    suggest(&models::suitable_recogniser(facts), "to recognise speech", shelf, report);
    suggest(&models::suitable_detector(), "to detect it", shelf, report);
    suggest(models::suitable_language_model(facts), "to think", shelf, report);
}

}  // namespace repartee::app
