#include "skills/timer/duration_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <vector>

namespace repartee::skills::timer {

using std::chrono::seconds;

namespace {

// Keeps every sum far inside what the arithmetic can hold.
constexpr double longest_seconds = 100.0 * 24 * 3600;

struct Scanner {
    std::string_view rest;

    void skip_blanks() {
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == ',' || rest.front() == '-')) {
            rest.remove_prefix(1);
        }
    }

    std::optional<double> number() {
        double value = 0;
        const auto [end, error] =
            std::from_chars(rest.data(), rest.data() + rest.size(), value, std::chars_format::fixed);
        if (error != std::errc{} || !std::isfinite(value) || value < 0) {
            return std::nullopt;
        }
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        return value;
    }

    // Letters only, lower case.
    std::string word() {
        std::string letters;
        while (!rest.empty() && ((rest.front() | 0x20) >= 'a' && (rest.front() | 0x20) <= 'z')) {
            letters += static_cast<char>(rest.front() | 0x20);
            rest.remove_prefix(1);
        }
        return letters;
    }
};

std::optional<double> seconds_in(std::string_view unit) {
    if (unit == "s" || unit == "sec" || unit == "secs" || unit == "second" || unit == "seconds") {
        return 1;
    }
    if (unit == "m" || unit == "min" || unit == "mins" || unit == "minute" || unit == "minutes") {
        return 60;
    }
    if (unit == "h" || unit == "hr" || unit == "hrs" || unit == "hour" || unit == "hours") {
        return 3600;
    }
    if (unit == "d" || unit == "day" || unit == "days") {
        return 24 * 3600;
    }
    return std::nullopt;
}

std::optional<seconds> rounded(double total) {
    if (total > longest_seconds) {
        return std::nullopt;
    }
    return seconds{std::llround(total)};
}

// "1:30" and "1:00:00"
std::optional<seconds> read_colons(std::string_view text) {
    Scanner scanner{text};
    double total = 0;
    int parts = 0;
    for (;;) {
        const auto part = scanner.number();
        if (!part || ++parts > 3 || *part > longest_seconds) {
            return std::nullopt;
        }
        total = total * 60 + *part;
        if (scanner.rest.empty()) {
            return rounded(total);
        }
        if (scanner.rest.front() != ':') {
            return std::nullopt;
        }
        scanner.rest.remove_prefix(1);
    }
}

std::vector<std::string> parts_of(seconds duration, bool as_adjective) {
    const auto total = duration.count();
    const std::pair<long, std::string_view> amounts[] = {{total / 86400, "day"},
                                                         {total / 3600 % 24, "hour"},
                                                         {total / 60 % 60, "minute"},
                                                         {total % 60, "second"}};
    std::vector<std::string> parts;
    for (const auto& [amount, unit] : amounts) {
        if (amount != 0 || (unit == "second" && parts.empty())) {
            parts.push_back(fmt::format("{} {}{}", amount, unit, amount == 1 || as_adjective ? "" : "s"));
        }
    }
    return parts;
}

}  // namespace

std::optional<seconds> read_duration(std::string_view text) {
    if (text.find(':') != std::string_view::npos) {
        return read_colons(text);
    }
    Scanner scanner{text};
    double total = 0;
    bool found = false;
    for (;;) {
        scanner.skip_blanks();
        if (scanner.rest.empty()) {
            return found ? rounded(total) : std::nullopt;
        }
        auto amount = scanner.number();
        std::string word;
        if (!amount) {
            word = scanner.word();
            if (word == "and" && found) {
                continue;
            }
            if (word == "a" || word == "an" || word == "one") {
                amount = 1;
            } else if (word == "half") {
                amount = 0.5;
            } else {
                return std::nullopt;
            }
        }
        scanner.skip_blanks();
        if (scanner.rest.empty() && !found && word.empty()) {
            return rounded(*amount);  // a bare number
        }
        auto unit = scanner.word();
        if (unit == "a" || unit == "an") {  // half an hour
            scanner.skip_blanks();
            unit = scanner.word();
        }
        const auto length = seconds_in(unit);
        if (!length || *amount > longest_seconds) {
            return std::nullopt;
        }
        total += *amount * *length;
        found = true;
    }
}

std::string spoken_duration(seconds duration) {
    const auto parts = parts_of(duration, false);
    std::string spoken;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (index > 0) {
            spoken += index + 1 == parts.size() ? " and " : ", ";
        }
        spoken += parts[index];
    }
    return spoken;
}

std::string duration_as_adjective(seconds duration) {
    return fmt::format("{}", fmt::join(parts_of(duration, true), " "));
}

}  // namespace repartee::skills::timer
