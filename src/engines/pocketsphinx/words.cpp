#include "engines/pocketsphinx/words.h"

namespace repartee::engines::pocketsphinx {

std::string_view bare_word(std::string_view entry) {
    if (entry.empty() || entry.front() == '<' || entry.front() == '[' || entry.front() == '+') {
        return {};
    }
    // From the second byte, so that "(" itself would survive.
    return entry.substr(0, entry.find('(', 1));
}

std::string text_of(std::span<const Word> words) {
    std::string text;
    for (const auto& word : words) {
        if (!text.empty()) {
            text.push_back(' ');
        }
        text += word.text;
    }
    return text;
}

std::optional<float> confidence_of(std::span<const Word> words) {
    if (words.empty()) {
        return std::nullopt;
    }
    float sum = 0;
    for (const auto& word : words) {
        sum += word.confidence;
    }
    return sum / static_cast<float>(words.size());
}

}  // namespace repartee::engines::pocketsphinx
