#include "app/doctor_report.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

std::string_view mark_of(Finding finding) {
    switch (finding) {
        case Finding::Good: return "ok  ";
        case Finding::Bad: return "FAIL";
        case Finding::Absent: return "off ";
    }
    return "";
}

}  // namespace

void PrintedReport::heading(std::string_view heading) {
    std::cout << fmt::format("\n{}\n", heading) << std::flush;
}

void PrintedReport::line(Finding finding, std::string_view subject, std::string_view words,
                         std::string_view advice) {
    std::cout << fmt::format("  {} {:<12} {}\n", mark_of(finding), subject, words);
    if (finding == Finding::Bad && !advice.empty()) {
        this->advice(advice);
    }
    std::cout << std::flush;
}

void PrintedReport::advice(std::string_view advice) {
    std::cout << fmt::format("       {:<12} -> {}\n", "", advice);
}

}  // namespace repartee::app
