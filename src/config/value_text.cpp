#include "config/value_text.h"

#include "base/utf8.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <locale>

namespace repartee::config {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

struct Unit {
    std::string_view name;
    milliseconds length;
};

// Longest first, which is the order in which `duration_text` tries them.
constexpr std::array units = {Unit{"h", 1h}, Unit{"min", 1min}, Unit{"s", 1s}, Unit{"ms", 1ms}};

// A thousand years. Keeps sums with points of time far from overflow.
constexpr double longest_duration_ms = 1000.0 * 366 * 24 * 3600 * 1000;

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-') {
        text.remove_prefix(1);  // from_chars takes no plus
    }
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return {};
    }
    return number;
}

std::optional<std::vector<std::string>> list_from_json(std::string_view text) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(text, error);
    if (error || !value.is_array()) {
        return {};
    }
    std::vector<std::string> texts;
    for (const boost::json::value& element : value.get_array()) {
        if (!element.is_string()) {
            return {};
        }
        texts.emplace_back(std::string_view(element.get_string()));
    }
    return texts;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::optional<bool> boolean_from(std::string_view text) {
    const auto is = [word = trimmed(text)](std::string_view other) {
        return boost::algorithm::iequals(word, other, std::locale::classic());
    };
    constexpr std::array<std::string_view, 6> yes = {"true", "yes", "on", "1", "t", "y"};
    constexpr std::array<std::string_view, 6> no = {"false", "no", "off", "0", "f", "n"};
    if (std::ranges::any_of(yes, is)) {
        return true;
    }
    if (std::ranges::any_of(no, is)) {
        return false;
    }
    return {};
}

std::optional<std::int64_t> whole_number_from(std::string_view text) {
    return whole_text_as<std::int64_t>(text);
}

std::optional<double> number_from(std::string_view text) {
    const std::optional<double> number = whole_text_as<double>(text);
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<milliseconds> duration_from(std::string_view text, milliseconds unit) {
    text = trimmed(text);
    // "ms" before "s": the shorter name would leave an m behind.
    for (const Unit& named : {units[3], units[2], units[1], units[0]}) {
        if (text.ends_with(named.name)) {
            text.remove_suffix(named.name.size());
            unit = named.length;
            break;
        }
    }
    const std::optional<double> number = number_from(text);
    return number ? duration_from(*number, unit) : std::nullopt;
}

std::optional<milliseconds> duration_from(double number, milliseconds unit) {
    const double length = number * static_cast<double>(unit.count());
    if (!(std::abs(length) <= longest_duration_ms)) {
        return {};
    }
    return milliseconds(std::llround(length));
}

std::optional<std::vector<std::string>> list_from(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('[')) {
        return list_from_json(text);
    }
    std::vector<std::string> texts;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (const std::string_view word = trimmed(text.substr(0, comma)); !word.empty()) {
            texts.emplace_back(word);
        }
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return texts;
}

std::string duration_text(milliseconds duration) {
    for (const Unit& unit : units) {
        if (duration.count() != 0 && duration % unit.length == 0ms) {
            return fmt::format("{}{}", duration / unit.length, unit.name);
        }
        // Halves and tenths of a second read better than as milliseconds.
        if (unit.length == 1s && duration >= 1s && duration % 100ms == 0ms) {
            return fmt::format("{}.{}s", duration / 1s, duration % 1s / 100ms);
        }
    }
    return "0ms";
}

std::string unit_name(milliseconds unit) {
    if (unit == 1ms) {
        return "milliseconds";
    }
    if (unit == 1s) {
        return "seconds";
    }
    return unit == 1min ? "minutes" : "units of " + duration_text(unit);
}

std::string number_text(double number) {
    std::string text = fmt::format("{}", number);
    if (text.find_first_not_of("-0123456789") == std::string::npos) {
        text += ".0";
    }
    return text;
}

std::string in_quotes(std::string_view text) {
    std::string written = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Character character = decode_utf8(text, at);
        at += character.length;
        switch (character.code) {
            case U'"': written += "\\\""; break;
            case U'\\': written += "\\\\"; break;
            case U'\n': written += "\\n"; break;
            case U'\r': written += "\\r"; break;
            case U'\t': written += "\\t"; break;
            default:
                if (character.code < 0x20 || character.code == 0x7F) {
                    written += fmt::format("\\u{:04X}", static_cast<unsigned>(character.code));
                } else {
                    append_utf8(written, character.code);
                }
        }
    }
    return written + "\"";
}

std::string key_text(std::string_view name) {
    const auto is_bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    return !name.empty() && std::ranges::all_of(name, is_bare) ? std::string(name) : in_quotes(name);
}

}  // namespace repartee::config
