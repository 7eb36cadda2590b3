#include "engines/flite/phrases.h"

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::engines::flite {

namespace {

constexpr std::string_view spaces = " \t\r\n\v\f";

// Past this many bytes a phrase ends at the next comma or full stop rather than in mid-clause.
constexpr std::size_t long_phrase = 150;

// No word is longer; what claims to be (a key, a hash, a run of letters) is read in pieces.
constexpr std::size_t longest_word = 60;

constexpr char32_t malformed = 0xFFFFFFFF;

// The code point at the front of `text`, which is shortened by it; a malformed byte is one step.
char32_t take_code_point(std::string_view& text) {
    auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = lead < 0x80            ? 1
                         : lead >> 5 == 0b110   ? 2
                         : lead >> 4 == 0b1110  ? 3
                         : lead >> 3 == 0b11110 ? 4
                                                : 0;
    if (length == 0 || length > text.size()) {
        text.remove_prefix(1);
        return malformed;
    }
    char32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        auto next = static_cast<unsigned char>(text[i]);
        if (next >> 6 != 0b10) {
            text.remove_prefix(1);
            return malformed;
        }
        point = point << 6 | (next & 0x3Fu);
    }
    text.remove_prefix(length);
    return point;
}

// U+00C0 to U+017F: the Latin letters with marks, without them. A space stands for "none".
constexpr std::string_view plain_letters =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLl"
    "LlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static_assert(plain_letters.size() == 0x180 - 0xC0);

struct Spelling {
    char32_t point;
    std::string_view ascii;
};

// Two letters where one stood, and the punctuation of typeset text.
constexpr auto spellings = std::to_array<Spelling>({
    {0x00A3, " pounds "}, {0x00B0, " degrees "}, {0x00C6, "AE"}, {0x00DF, "ss"},  {0x00E6, "ae"},
    {0x0152, "OE"},       {0x0153, "oe"},        {0x2010, "-"},  {0x2011, "-"},   {0x2012, "-"},
    {0x2013, " - "},      {0x2014, " - "},       {0x2018, "'"},  {0x2019, "'"},   {0x201A, "'"},
    {0x201C, "\""},       {0x201D, "\""},        {0x201E, "\""}, {0x2026, "..."}, {0x20AC, " euros "},
    {0x2212, " minus "},
});

void append_ascii(std::string& out, char32_t point) {
    if (point < 0x80) {
        if (point >= 0x20 && point < 0x7F) {
            out.push_back(static_cast<char>(point));
        }
        return;
    }
    if (auto found = std::ranges::find(spellings, point, &Spelling::point); found != spellings.end()) {
        out += found->ascii;
    } else if (point >= 0xC0 && point < 0x180 && plain_letters[point - 0xC0] != ' ') {
        out.push_back(plain_letters[point - 0xC0]);
    }
}

bool ends_a_clause(std::string_view word) {
    return std::string_view(",.;:!?").find(word.back()) != std::string_view::npos;
}

}  // namespace

std::string in_ascii(std::string_view word) {
    std::string ascii;
    while (!word.empty()) {
        append_ascii(ascii, take_code_point(word));
    }
    return ascii;
}

std::vector<Phrase> phrases_of(std::string_view sentence) {
    std::vector<Phrase> phrases;
    Phrase phrase;
    std::size_t position = 0;

    auto close = [&] {
        phrase.end = position;
        phrases.push_back(std::exchange(phrase, {}));
    };
    auto add = [&](std::string_view piece, std::size_t original_end) {
        if (!phrase.text.empty() && phrase.text.size() + 1 + piece.size() > longest_phrase) {
            close();
        }
        if (!phrase.text.empty()) {
            phrase.text.push_back(' ');
        }
        phrase.text += piece;
        phrase.words.push_back({.in_phrase = phrase.text.size(), .in_sentence = original_end});
        position = original_end;
        if (phrase.text.size() >= long_phrase && ends_a_clause(piece)) {
            close();
        }
    };

    for (std::size_t begin = sentence.find_first_not_of(spaces); begin != sentence.npos;) {
        auto end = std::min(sentence.find_first_of(spaces, begin), sentence.size());
        auto spelled = in_ascii(sentence.substr(begin, end - begin));
        // Until the last piece of a word is spoken, the word is not.
        for (std::string_view rest = spelled; !rest.empty();
             rest.remove_prefix(std::min(rest.size(), longest_word))) {
            add(rest.substr(0, longest_word), rest.size() > longest_word ? position : end);
        }
        begin = sentence.find_first_not_of(spaces, end);
    }

    // Whatever could not be pronounced at the end is over with the last phrase.
    position = sentence.size();
    if (!phrase.text.empty() || (phrases.empty() && position > 0)) {
        close();
    } else if (!phrases.empty()) {
        phrases.back().end = position;
    }
    return phrases;
}

std::size_t spoken_until(const Phrase& phrase, std::size_t position, std::size_t otherwise) {
    auto after = std::ranges::upper_bound(phrase.words, position, {}, &Phrase::WordEnd::in_phrase);
    return after == phrase.words.begin() ? otherwise : std::prev(after)->in_sentence;
}

}  // namespace repartee::engines::flite
