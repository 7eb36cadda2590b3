#include "conversation/acknowledgments.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace repartee::conversation {

namespace {

// Words that stand alone or in a row without asking for the floor. "Yes" and "no" are answers: a reply
// that asks is over when they come, and one that does not is not hurt by them.
constexpr auto words = std::to_array<std::string_view>({
    // English, and sounds
    "mhm",
    "mm",
    "mmm",
    "hm",
    "hmm",
    "hmmm",
    "uh",
    "huh",
    "uhhuh",
    "uh-huh",
    "mm-hmm",
    "mhmm",
    "ah",
    "aha",
    "oh",
    "ok",
    "okay",
    "okey",
    "yeah",
    "yep",
    "yup",
    "right",
    "sure",
    "cool",
    "nice",
    "great",
    "wow",
    "i",
    "see",
    // Hindi, in its own script and in Latin letters
    "haan",
    "han",
    "haa",
    "ha",
    "ji",
    "jee",
    "accha",
    "acha",
    "achha",
    "theek",
    "thik",
    "hai",
    "sahi",
    "bilkul",
    "\u0939\u093e\u0901",
    "\u0939\u093e\u0902",
    "\u0939\u092e\u094d\u092e",
    "\u0939\u094d\u092e\u094d\u092e",
    "\u091c\u0940",
    "\u0905\u091a\u094d\u091b\u093e",
    "\u0920\u0940\u0915",
    "\u0939\u0948",
    "\u0938\u0939\u0940",
    "\u0913\u0915\u0947",
    "\u092c\u093f\u0932\u094d\u0915\u0941\u0932",
    // German, French, Spanish
    "genau",
    "ach",
    "so",
    "aha",
    "klar",
    "ja",
    "gut",
    "oui",
    "ouais",
    "bien",
    "d'accord",
    "s\u00ed",
    "vale",
    "claro",
});

// "I" and "see", "theek" and "hai" are acknowledgments only together.
constexpr auto partners = std::to_array<std::string_view>({"i", "see", "so", "hai", "\u0939\u0948"});

bool is_mark(char32_t code) {
    return code == U' ' || code == U'\t' || code == U'\n' || code == U'.' || code == U',' || code == U'!' ||
           code == U'?' || code == U'\u2026' || code == U'\u0964' || code == U';' || code == U':';
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> found(1);
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        if (is_mark(character.code)) {
            if (!found.back().empty()) {
                found.emplace_back();
            }
        } else {
            for (char byte : text.substr(at, character.length)) {
                found.back() += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
            }
        }
        at += character.length;
    }
    if (found.back().empty()) {
        found.pop_back();
    }
    return found;
}

bool is_known(std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool stands_alone(std::string_view word) {
    return is_known(word) && std::ranges::find(partners, word) == partners.end();
}

}  // namespace

bool is_acknowledgment(std::string_view text) {
    auto said = words_of(text);
    bool all_known = std::ranges::all_of(said, is_known);
    return all_known && (std::ranges::any_of(said, stands_alone) ||
                         (said.size() == 2 && said[0] == "i" && said[1] == "see"));
}

bool may_become_acknowledgment(std::string_view text) {
    auto said = words_of(text);
    if (said.empty()) {
        return true;
    }
    auto last = said.back();
    said.pop_back();
    return std::ranges::all_of(said, is_known) &&
           std::ranges::any_of(words, [&](std::string_view word) { return word.starts_with(last); });
}

}  // namespace repartee::conversation
