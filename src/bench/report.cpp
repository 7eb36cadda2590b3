#include "bench/report.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repartee::bench {

namespace {

// Three figures that count, whatever the size.
std::string readable(double value) {
    auto size = std::abs(value);
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return fmt::format("{:.{}f}", value, size == 0 ? 0 : decimals);
}

}  // namespace

void Report::section(std::string name) {
    auto known = std::ranges::find(sections_, name, &Section::name);
    present_ = static_cast<std::size_t>(known - sections_.begin());
    if (known == sections_.end()) {
        sections_.push_back({std::move(name), {}});
    }
}

Report::Figure& Report::figure(std::string_view name, std::string_view unit) {
    if (sections_.empty()) {
        section("");
    }
    auto& figures = sections_[present_].figures;
    auto known = std::ranges::find(figures, name, &Figure::name);
    if (known != figures.end()) {
        return *known;
    }
    return figures.emplace_back(Figure{std::string(name), std::string(unit), {}});
}

void Report::add(std::string_view name, std::string_view unit, double value) {
    figure(name, unit).runs.push_back(value);
}

void Report::add_percentiles(std::string_view name, std::string_view unit, const Samples& samples) {
    constexpr std::pair<const char*, double> shares[] = {
        {"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p99.9", 0.999}};
    for (const auto& [words, share] : shares) {
        add(fmt::format("{} {}", name, words), unit, samples.percentile(share));
    }
    add(fmt::format("{} most", name), unit, samples.most());
    add(fmt::format("{} samples", name), "", static_cast<double>(samples.count()));
}

void Report::note(std::string text) {
    if (std::ranges::find(notes_, text) == notes_.end()) {
        notes_.push_back(std::move(text));
    }
}

std::string Report::table() const {
    std::string text = title_ + "\n";
    for (const auto& part : sections_) {
        text += fmt::format("\n{:<44}{:>10} {:>10} {:>10}\n", part.name, "median", "least", "most");
        for (const auto& [name, unit, runs] : part.figures) {
            Samples values;
            for (double run : runs) {
                values.add(run);
            }
            text += fmt::format("  {:<42}{:>10} {:>10} {:>10}  {}\n", name, readable(values.median()),
                                readable(values.least()), readable(values.most()), unit);
        }
    }
    for (const auto& note : notes_) {
        text += fmt::format("\n{}", note);
    }
    return notes_.empty() ? text : text + "\n";
}

std::string Report::json() const {
    namespace json = boost::json;
    json::array sections;
    for (const auto& part : sections_) {
        json::array figures;
        for (const auto& [name, unit, runs] : part.figures) {
            figures.push_back(json::object{
                {"name", name}, {"unit", unit}, {"runs", json::array(runs.begin(), runs.end())}});
        }
        sections.push_back(json::object{{"name", part.name}, {"figures", std::move(figures)}});
    }
    return json::serialize(json::object{{"title", title_},
                                        {"sections", std::move(sections)},
                                        {"notes", json::array(notes_.begin(), notes_.end())}});
}

}  // namespace repartee::bench
