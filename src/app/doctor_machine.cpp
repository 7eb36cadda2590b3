#include "app/doctor_machine.h"

#include "app/doctor_report.h"
#include "downloads/part_file.h"
#include "models/manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace repartee::app {

namespace {

std::string in_mebibytes_or_more(int mebibytes) {
    return models::size_in_words(static_cast<std::uintmax_t>(mebibytes) << 20);
}

std::string about_the_processor(const Machine& machine) {
    auto words = machine.processor.empty() ? std::string("of an unknown kind") : machine.processor;
    words += fmt::format(", {} core{}", machine.cores, machine.cores == 1 ? "" : "s");
    if (!machine.instruction_sets.empty()) {
        words += fmt::format(", knows {}", fmt::join(machine.instruction_sets, ", "));
    }
    return words;
}

void report_graphics(const Machine& machine, Report& report) {
    if (machine.back_ends.empty()) {
        report.line(Finding::Absent, "graphics",
                    "engines compute on the processor: no back end for a card is installed");
    } else if (machine.graphics_card) {
        report.line(Finding::Good, "graphics",
                    fmt::format("a card, and back ends: {}", fmt::join(machine.back_ends, ", ")));
    } else {
        report.line(Finding::Absent, "graphics",
                    fmt::format("back ends ({}), and no card for them", fmt::join(machine.back_ends, ", ")));
    }
}

}  // namespace

void report_machine(const Machine& machine, const Settings& settings, Report& report) {
    report.line(Finding::Good, "processor", about_the_processor(machine));
    report.line(Finding::Good, "memory",
                fmt::format("{} of {} are free", in_mebibytes_or_more(machine.memory_free),
                            in_mebibytes_or_more(machine.memory)));
    report_graphics(machine, report);
    auto folder = data_directory(settings.server);
    auto room = downloads::room_on_disk(folder);
    auto least = static_cast<std::uintmax_t>(settings.models.least_free) << 20;
    report.line(
        room > least ? Finding::Good : Finding::Bad, "disk",
        fmt::format("{} are free at {}", models::size_in_words(room), folder.string()),
        "make room, or set REPARTEE_DATA_DIR to a place on another disk; models are not fetched any more");
}

}  // namespace repartee::app
