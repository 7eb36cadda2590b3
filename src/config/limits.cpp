#include "config/limits.h"

#include "config/value_text.h"

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <locale>

namespace repartee::config {

using std::chrono::milliseconds;

namespace {

bool has_least(const FieldAbout& about) {
    return about.least > std::numeric_limits<double>::lowest();
}

bool has_most(const FieldAbout& about) {
    return about.most < std::numeric_limits<double>::max();
}

std::string range_text(const std::string& least, const std::string& most) {
    if (!least.empty() && !most.empty()) {
        return fmt::format("{} to {}", least, most);
    }
    if (!least.empty()) {
        return "at least " + least;
    }
    return most.empty() ? "" : "at most " + most;
}

}  // namespace

bool within_range(double value, const FieldAbout& about) {
    return value >= about.least && value <= about.most;
}

bool within_range(std::int64_t value, const FieldAbout& about) {
    return within_range(static_cast<double>(value), about);
}

bool within_range(milliseconds value, const FieldAbout& about) {
    return value.count() >= 0 && within_range(static_cast<double>(value.count()), about);
}

std::string number_range(const FieldAbout& about) {
    return range_text(has_least(about) ? fmt::format("{}", about.least) : "",
                      has_most(about) ? fmt::format("{}", about.most) : "");
}

std::string duration_range(const FieldAbout& about) {
    const auto text = [](double limit) { return duration_text(milliseconds(std::llround(limit))); };
    // "at least 0ms" goes without saying, "0ms to 2s" does not.
    const bool says_least = about.least > 0 || (about.least == 0 && has_most(about));
    return range_text(says_least ? text(about.least) : "", has_most(about) ? text(about.most) : "");
}

std::string with_range(std::string_view noun, const std::string& range) {
    if (range.empty()) {
        return std::string(noun);
    }
    const bool two_ends = range.find(" to ") != std::string::npos;
    return fmt::format("{}{} {}", noun, two_ends ? " from" : ",", range);
}

std::optional<std::string> if_chosen(std::string_view text, const FieldAbout& about) {
    if (about.choices.empty()) {
        return std::string(text);
    }
    for (std::string_view choice : about.choices) {
        if (boost::algorithm::iequals(choice, text, std::locale::classic())) {
            return std::string(choice);
        }
    }
    return {};
}

std::optional<std::vector<std::string>> if_all_chosen(std::vector<std::string> texts,
                                                      const FieldAbout& about) {
    for (std::string& text : texts) {
        std::optional<std::string> chosen = if_chosen(text, about);
        if (!chosen) {
            return {};
        }
        text = std::move(*chosen);
    }
    return texts;
}

std::string choices_text(const FieldAbout& about) {
    std::string text;
    for (std::string_view choice : about.choices) {
        text += (text.empty() ? "" : ", ") + in_quotes(choice);
    }
    return text;
}

}  // namespace repartee::config
