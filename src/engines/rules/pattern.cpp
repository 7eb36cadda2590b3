#include "engines/rules/pattern.h"

namespace repartee::engines::rules {

namespace {

bool one_of(std::string_view alternatives, std::string_view key) {
    for (;;) {
        const auto bar = alternatives.find('|');
        if (alternatives.substr(0, bar) == key) {
            return true;
        }
        if (bar == std::string_view::npos) {
            return false;
        }
        alternatives.remove_prefix(bar + 1);
    }
}

// Tries, and takes back what it captured where it fails. Patterns have two gaps or three, and
// utterances are bounded, so trying everything is cheap.
bool fits(std::string_view pattern, Words words, Captures& captures) {
    if (pattern.empty()) {
        return words.empty();
    }
    const auto blank = pattern.find(' ');
    const auto element = pattern.substr(0, blank);
    const auto rest = blank == std::string_view::npos ? std::string_view() : pattern.substr(blank + 1);

    if (element == "...") {
        for (std::size_t taken = 0; taken <= words.size(); ++taken) {
            if (fits(rest, words.subspan(taken), captures)) {
                return true;
            }
        }
        return false;
    }
    if (element == "*") {
        for (std::size_t taken = 1; taken <= words.size(); ++taken) {
            captures.push_back(words.first(taken));
            if (fits(rest, words.subspan(taken), captures)) {
                return true;
            }
            captures.pop_back();
        }
        return false;
    }
    if (element.starts_with('[')) {
        const auto alternatives = element.substr(1, element.size() - 2);
        if (!words.empty() && one_of(alternatives, words.front().key) &&
            fits(rest, words.subspan(1), captures)) {
            return true;
        }
        return fits(rest, words, captures);
    }
    return !words.empty() && one_of(element, words.front().key) && fits(rest, words.subspan(1), captures);
}

}  // namespace

std::optional<Captures> match(std::string_view pattern, Words words) {
    Captures captures;
    return fits(pattern, words, captures) ? std::optional(std::move(captures)) : std::nullopt;
}

std::optional<Captures> match_any(std::initializer_list<std::string_view> patterns, Words words) {
    for (const auto pattern : patterns) {
        if (auto captures = match(pattern, words)) {
            return captures;
        }
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
