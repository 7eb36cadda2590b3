#include "engines/rules/number_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace repartee::engines::rules {

namespace {

using Named = std::pair<std::string_view, double>;

constexpr auto small_numbers = std::to_array<Named>({
    {"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
    {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
    {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
    {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
});
constexpr auto tens = std::to_array<Named>({
    {"twenty", 20},
    {"thirty", 30},
    {"forty", 40},
    {"fourty", 40},
    {"fifty", 50},
    {"sixty", 60},
    {"seventy", 70},
    {"eighty", 80},
    {"ninety", 90},
});
constexpr auto scales = std::to_array<Named>({
    {"thousand", 1e3},
    {"million", 1e6},
    {"billion", 1e9},
    {"trillion", 1e12},
});
constexpr auto fractions = std::to_array<Named>({
    {"half", 2},
    {"halves", 2},
    {"third", 3},
    {"thirds", 3},
    {"quarter", 4},
    {"quarters", 4},
    {"fifth", 5},
    {"fifths", 5},
    {"tenth", 10},
    {"tenths", 10},
});

template <std::size_t Size>
std::optional<double> named(const std::array<Named, Size>& names, std::string_view key) {
    const auto found = std::ranges::find(names, key, &Named::first);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

// One look-ahead reader; every function moves on only over what it understood.
class NumberReader {
public:
    explicit NumberReader(Words words) : words_(words) {}

    std::optional<SpokenNumber> read() {
        const bool negative = key() == "minus" || key() == "negative" || key() == "-";
        at_ += negative ? 1 : 0;
        auto number = unsigned_number();
        if (number && negative) {
            number->value = -number->value;
        }
        return number;
    }

private:
    std::string_view key(std::size_t ahead = 0) const {
        return at_ + ahead < words_.size() ? std::string_view(words_[at_ + ahead].key) : std::string_view();
    }

    std::optional<SpokenNumber> unsigned_number() {
        if (const auto part = bare_fraction()) {
            return SpokenNumber{.value = *part, .length = at_, .fraction = true};
        }
        auto value = whole();
        if (!value && key() != "point") {
            return std::nullopt;
        }
        if (const auto decimals = after_point()) {
            value = value.value_or(0) + *decimals;
            if (const auto scale = named(scales, key())) {  // two point five million
                *value *= *scale;
                ++at_;
            }
        } else if (!value) {
            return std::nullopt;
        } else if (const auto part = fraction_after_whole()) {
            value = *value + *part;
        } else if (const auto denominator = named(fractions, key()); denominator && *value < 100) {
            ++at_;  // three quarters
            return SpokenNumber{.value = *value / *denominator, .length = at_, .fraction = true};
        }
        return SpokenNumber{.value = *value, .length = at_, .fraction = false};
    }

    // "half", "a half", "a quarter"
    std::optional<double> bare_fraction() {
        const std::size_t article = key() == "a" ? 1 : 0;
        const auto denominator = named(fractions, key(article));
        // Without an article only "half" is a fraction: "quarter" may be a coin, "third" an ordinal.
        if (!denominator || (article == 0 && key() != "half")) {
            return std::nullopt;
        }
        at_ += article + 1;
        return 1 / *denominator;
    }

    // "and a half", "and three quarters"
    std::optional<double> fraction_after_whole() {
        if (key() != "and") {
            return std::nullopt;
        }
        const auto start = at_;
        ++at_;
        if (const auto part = bare_fraction()) {
            return part;
        }
        if (const auto numerator = below_hundred()) {
            if (const auto denominator = named(fractions, key()); denominator && *numerator < *denominator) {
                ++at_;
                return *numerator / *denominator;
            }
        }
        at_ = start;
        return std::nullopt;
    }

    // "point one four", "point five"
    std::optional<double> after_point() {
        if (key() != "point" && key() != "dot") {
            return std::nullopt;
        }
        std::string digits = "0.";
        std::size_t ahead = 1;
        for (;; ++ahead) {
            const auto spoken = key(ahead);
            const auto digit =
                spoken == "oh" || spoken == "o" ? std::optional(0.0) : named(small_numbers, spoken);
            if (digit && *digit < 10) {
                digits += static_cast<char>('0' + static_cast<int>(*digit));
            } else if (!spoken.empty() &&
                       std::ranges::all_of(spoken, [](char c) { return c >= '0' && c <= '9'; })) {
                digits += spoken;
            } else {
                break;
            }
        }
        if (ahead == 1) {
            return std::nullopt;
        }
        at_ += ahead;
        double value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }

    // Groups under a thousand with falling scales: "two million three hundred thousand and five".
    std::optional<double> whole() {
        double total = 0;
        double smallest_scale = 1e18;
        bool any = false;
        for (;;) {
            const auto start = at_;
            if (any && key() == "and") {
                ++at_;
            }
            const auto group = below_thousand();
            if (!group) {
                at_ = start;
                break;
            }
            const auto scale = named(scales, key());
            const double factor = scale.value_or(1);
            // "twenty thirty" is two numbers, and so is "five thousand and six thousand".
            if (factor >= smallest_scale || *group * factor >= smallest_scale) {
                at_ = start;
                break;
            }
            at_ += scale ? 1 : 0;
            total += *group * factor;
            smallest_scale = factor;
            any = true;
            if (factor == 1) {
                break;
            }
        }
        return any ? std::optional(total) : std::nullopt;
    }

    std::optional<double> below_thousand() {
        if (const auto digits = written_digits()) {
            return digits;
        }
        const bool article =
            key() == "a" && (key(1) == "hundred" || key(1) == "dozen" || named(scales, key(1)));
        if (article) {
            ++at_;
        }
        auto value = article ? std::optional(1.0) : below_hundred();
        if (!value && (key() == "hundred" || key() == "dozen")) {
            value = 1;
        }
        if (!value) {
            return std::nullopt;
        }
        if (key() == "dozen") {
            ++at_;
            return *value * 12;
        }
        if (key() != "hundred") {
            return value;
        }
        ++at_;
        *value *= 100;
        const auto start = at_;
        if (key() == "and") {
            ++at_;
        }
        const auto rest = below_hundred();
        if (!rest || *rest == 0) {
            at_ = start;
            return value;
        }
        return *value + *rest;
    }

    std::optional<double> below_hundred() {
        if (const auto ten = named(tens, key())) {
            ++at_;
            const auto digit = named(small_numbers, key());
            if (digit && *digit > 0 && *digit < 10) {
                ++at_;
                return *ten + *digit;
            }
            return ten;
        }
        if (const auto small = named(small_numbers, key())) {
            ++at_;
            return small;
        }
        return std::nullopt;
    }

    // "12", "12.5"; not "3:30".
    std::optional<double> written_digits() {
        const auto text = key();
        double value = 0;
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
        if (text.empty() || error != std::errc{} || end != text.data() + text.size() || text.front() == '-' ||
            text.front() == 'i' || text.front() == 'n') {  // "inf" and "nan" are words here
            return std::nullopt;
        }
        ++at_;
        return value;
    }

    Words words_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<SpokenNumber> read_number(Words words) {
    return NumberReader(words).read();
}

}  // namespace repartee::engines::rules
