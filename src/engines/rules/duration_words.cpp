#include "engines/rules/duration_words.h"

#include "engines/rules/number_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace repartee::engines::rules {

namespace {

constexpr auto units = std::to_array<std::pair<std::string_view, double>>({
    {"second", 1},
    {"seconds", 1},
    {"sec", 1},
    {"secs", 1},
    {"s", 1},
    {"minute", 60},
    {"minutes", 60},
    {"min", 60},
    {"mins", 60},
    {"m", 60},
    {"hour", 3600},
    {"hours", 3600},
    {"hr", 3600},
    {"hrs", 3600},
    {"h", 3600},
    {"day", 86400},
    {"days", 86400},
});

// Far beyond any timer, and safe to add up.
constexpr double longest_seconds = 1e9;

class Reader {
public:
    Reader(Words words, std::size_t at) : words_(words), at_(at) {}

    std::size_t position() const { return at_; }

    // The longest chain of amounts with units: "two hours and ten minutes".
    std::optional<double> read() {
        auto total = amount_with_unit();
        while (total) {
            const auto start = at_;
            if (key() == "and") {
                ++at_;
            }
            const auto more = amount_with_unit();
            if (!more) {
                at_ = start;
                break;
            }
            *total += *more;
        }
        return total;
    }

private:
    std::string_view key(std::size_t ahead = 0) const {
        return at_ + ahead < words_.size() ? std::string_view(words_[at_ + ahead].key) : std::string_view();
    }

    std::optional<double> unit() {
        const auto* found = std::ranges::find(units, key(), &std::pair<std::string_view, double>::first);
        if (found == units.end()) {
            return std::nullopt;
        }
        ++at_;
        return found->second;
    }

    std::optional<double> amount_with_unit() {
        const auto start = at_;
        const auto count = amount();
        const auto length = count ? unit() : std::nullopt;
        if (!length || *count < 0 || *count * *length > longest_seconds) {
            at_ = start;
            return std::nullopt;
        }
        return (*count + part_after_unit()) * *length;
    }

    std::optional<double> amount() {
        if (const auto number = read_number(words_.subspan(at_))) {
            at_ += number->length;
            if (number->fraction) {  // half an hour, a quarter of an hour
                at_ += key() == "of" ? 1 : 0;
                at_ += key() == "a" || key() == "an" ? 1 : 0;
            }
            return number->value;
        }
        const std::size_t article = key() == "a" || key() == "an" ? 1 : 0;
        if (key(article) == "couple") {
            at_ += article + (key(article + 1) == "of" ? 2 : 1);
            return 2;
        }
        if (article == 1) {
            ++at_;
            return 1;
        }
        // "a timer for for minutes": where a preposition went before, this one is a number.
        const bool after_preposition =
            at_ > 0 && (words_[at_ - 1].key == "for" || words_[at_ - 1].key == "in");
        if (after_preposition && (key() == "for" || key() == "to" || key() == "too")) {
            const double heard = key() == "for" ? 4 : 2;
            ++at_;
            return heard;
        }
        return std::nullopt;
    }

    // "an hour and a half"
    double part_after_unit() {
        if (key() != "and") {
            return 0;
        }
        const auto part = read_number(words_.subspan(at_ + 1));
        if (!part || !part->fraction ||
            std::ranges::find(units, key(1 + part->length), [](const auto& named) { return named.first; }) !=
                units.end()) {
            return 0;
        }
        const bool of_another_unit = key(1 + part->length) == "a" || key(1 + part->length) == "an";
        if (of_another_unit) {  // an hour and half a minute
            return 0;
        }
        at_ += 1 + part->length;
        return part->value;
    }

    Words words_;
    std::size_t at_;
};

}  // namespace

std::optional<SpokenDuration> find_duration(Words words) {
    for (std::size_t begin = 0; begin < words.size(); ++begin) {
        Reader reader(words, begin);
        if (const auto total = reader.read()) {
            return SpokenDuration{.length = std::chrono::seconds{std::llround(*total)},
                                  .begin = begin,
                                  .end = reader.position()};
        }
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
