#include "engines/rules/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace repartee::engines::rules {

namespace {

using Spelling = std::pair<std::string_view, std::string_view>;

// Multi-byte characters that people and phones type for simple ones.
constexpr auto plain_characters = std::to_array<Spelling>({
    {"\xE2\x80\x99", "'"},  // typographic apostrophe
    {"\xE2\x80\x98", "'"},
    {"\xE2\x80\x9C", "\""},
    {"\xE2\x80\x9D", "\""},
    {"\xE2\x80\xA6", " "},    // ellipsis
    {"\xE2\x80\x93", " - "},  // dashes
    {"\xE2\x80\x94", " - "},
    {"\xE2\x88\x92", " - "},  // minus sign
    {"\xC3\x97", " * "},
    {"\xC3\xB7", " / "},
    {"\xE2\x88\x9A", " sqrt "},
    {"\xC2\xBF", " "},
    {"\xC2\xA1", " "},
});

// Keys are without apostrophes, as hasty people type them too. "its", "were", "well", "hell" and "ill"
// mean something else without theirs and stay.
constexpr auto contractions = std::to_array<Spelling>({
    {"whats", "what is"},     {"whos", "who is"},    {"wheres", "where is"}, {"whens", "when is"},
    {"hows", "how is"},       {"thats", "that is"},  {"theres", "there is"}, {"im", "i am"},
    {"youre", "you are"},     {"ive", "i have"},     {"youve", "you have"},  {"dont", "do not"},
    {"doesnt", "does not"},   {"didnt", "did not"},  {"cant", "can not"},    {"cannot", "can not"},
    {"couldnt", "could not"}, {"isnt", "is not"},    {"arent", "are not"},   {"wont", "will not"},
    {"wouldnt", "would not"}, {"gonna", "going to"}, {"wanna", "want to"},   {"gimme", "give me"},
    {"lets", "let us"},       {"youll", "you will"},
});

// What people and recognisers put between words.
constexpr auto sighs =
    std::to_array<std::string_view>({"um", "umm", "uh", "uhm", "er", "erm", "hmm", "mm", "ah"});

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

bool is_letter(char character) {
    return std::isalpha(static_cast<unsigned char>(character)) ||
           static_cast<unsigned char>(character) >= 0x80;
}

// The lead byte of a character of four bytes: pictures, nearly always.
bool is_emoji(char character) {
    return static_cast<unsigned char>(character) >= 0xF0;
}

std::string with_plain_characters(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const auto* spelling = std::ranges::find_if(
            plain_characters, [&](const Spelling& candidate) { return text.starts_with(candidate.first); });
        if (spelling != plain_characters.end()) {
            plain += spelling->second;
            text.remove_prefix(spelling->first.size());
        } else if (is_emoji(text.front())) {
            text.remove_prefix(std::min<std::size_t>(text.size(), 4));
        } else {
            plain += text.front();
            text.remove_prefix(1);
        }
    }
    return plain;
}

// Cuts plain text into words. A cursor rather than a regular expression: the rules for points,
// commas and dashes depend on the neighbours.
class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<Word> split() {
        while (at_ < text_.size() && words_.size() < most_words) {
            const char character = text_[at_];
            if (is_digit(character) || (character == '.' && is_digit(peek(1)) && !is_digit(before()))) {
                number();
            } else if (is_letter(character)) {
                letters();
            } else {
                sign(character);
            }
        }
        return std::move(words_);
    }

private:
    char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : ' '; }
    char before() const { return at_ > 0 ? text_[at_ - 1] : ' '; }

    // 12, 1,234.5, .5, 3:30. "12." ends a sentence.
    void number() {
        std::string digits;
        for (; at_ < text_.size(); ++at_) {
            const char character = text_[at_];
            const bool inside = is_digit(peek(1));
            const bool thousands = character == ',' && is_digit(before()) && is_digit(peek(1)) &&
                                   is_digit(peek(2)) && is_digit(peek(3)) && !is_digit(peek(4));
            if (is_digit(character) || ((character == '.' || character == ':') && inside)) {
                digits += character;
            } else if (!thousands) {
                break;
            }
        }
        words_.push_back({.key = digits, .said = digits});
    }

    void letters() {
        std::string said;
        std::string key;
        for (; at_ < text_.size(); ++at_) {
            const char character = text_[at_];
            if (is_letter(character)) {
                key += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
            } else if (character != '\'' || !is_letter(peek(1))) {
                break;
            }
            said += character;
        }
        keep(std::move(key), std::move(said));
    }

    void keep(std::string key, std::string said) {
        if (std::ranges::find(sighs, key) != sighs.end()) {
            return;
        }
        const auto* contraction = std::ranges::find(contractions, key, &Spelling::first);
        if (contraction == contractions.end()) {
            words_.push_back({.key = std::move(key), .said = std::move(said)});
            return;
        }
        const auto blank = contraction->second.find(' ');
        const std::string first(contraction->second.substr(0, blank));
        const std::string second(contraction->second.substr(blank + 1));
        words_.push_back({.key = first, .said = first == "i" ? "I" : first});
        words_.push_back({.key = second, .said = second});
    }

    // Arithmetic is kept, punctuation is dropped. A dash counts as a minus beside a digit or between
    // blanks, not in "twenty-five".
    void sign(char character) {
        constexpr std::string_view arithmetic = "+*/^%()";
        const bool minus = character == '-' && !(is_letter(before()) && is_letter(peek(1)));
        if (minus || arithmetic.find(character) != std::string_view::npos) {
            words_.push_back({.key = std::string(1, character), .said = std::string(1, character)});
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Word> words_;
};

}  // namespace

std::vector<Word> split_words(std::string_view text) {
    const std::string plain = with_plain_characters(text);
    return Splitter(plain).split();
}

std::string joined(Words words) {
    std::string text;
    for (const auto& word : words) {
        text += text.empty() ? "" : " ";
        text += word.said;
    }
    return text;
}

}  // namespace repartee::engines::rules
