#include "app/time_line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace repartee::app {

namespace {

constexpr int width = 40;  // columns of the longest bar

std::string in_words(std::string_view moment) {
    std::string words(moment);
    std::ranges::replace(words, '_', ' ');
    return words;
}

}  // namespace

std::string time_line_chart(const boost::json::object& message) {
    auto* moments = message.if_contains("moments");
    if (moments == nullptr || !moments->is_object()) {
        return {};
    }
    std::vector<std::pair<double, std::string>> steps;
    for (const auto& entry : moments->get_object()) {
        if (entry.value().is_number()) {
            steps.emplace_back(entry.value().to_number<double>(), in_words(entry.key()));
        }
    }
    std::ranges::stable_sort(steps, {}, &std::pair<double, std::string>::first);
    if (steps.empty()) {
        return {};
    }
    double whole = std::max(steps.back().first, 1.0);
    auto column = [&](double time) { return static_cast<int>(std::lround(time / whole * width)); };
    std::string chart;
    double before = 0;
    for (const auto& [time, name] : steps) {
        auto from = column(before);
        auto length = std::max(column(time) - from, time > before ? 1 : 0);
        chart += fmt::format("  {:<13}{:>8.1f} ms  {}{}\n", name, time,
                             std::string(static_cast<std::size_t>(from), ' '),
                             std::string(static_cast<std::size_t>(length), '#'));
        before = time;
    }
    return chart;
}

}  // namespace repartee::app
