#include "engines/heard_words.h"

#include <algorithm>
#include <cmath>

namespace repartee::engines {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    auto begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

std::vector<Word> words_of(std::string_view text, std::vector<Word> words) {
    std::string joined;
    std::chrono::milliseconds before{0};
    for (auto& word : words) {
        word.text = trimmed(word.text);
        word.confidence = std::isfinite(word.confidence) ? std::clamp(word.confidence, 0.0F, 1.0F) : 1.0F;
        if (word.start < before || word.end <= word.start) {
            return {};
        }
        before = word.start;
        joined += (joined.empty() ? "" : " ") + word.text;
    }
    return joined == text ? std::move(words) : std::vector<Word>{};
}

std::optional<std::chrono::milliseconds> time_from_seconds(double seconds) {
    constexpr double longest = 48 * 3600;
    if (!(seconds >= 0) || seconds > longest) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace repartee::engines
