#include "conversation/abbreviations.h"

#include "base/utf8.h"
#include "conversation/characters.h"
#include "conversation/markup.h"

#include <algorithm>
#include <array>

namespace repartee::conversation {
namespace {

// Digits of "1." at the beginning of a line. With four, "1999." would be taken for a list.
constexpr std::size_t longest_list_number = 3;

// Bytes, with what may stand before: "**(e.g". Looked at before anything is searched.
constexpr std::size_t longest_abbreviation = 32;
constexpr std::size_t longest_list_mark = 16;

// A name, a number or an explanation always follows.
constexpr std::array<std::string_view, 38> always_abbreviated = {
    "dr",  "mr",     "mrs", "ms",   "mx",  "prof", "st", "rev", "hon", "gen", "col", "capt",   "lt",
    "sgt", "gov",    "sen", "rep",  "vs",  "mt",   "ft", "cf",  "eg",  "ie",  "viz", "approx", "ca",
    "al",  "messrs", "mme", "mlle", "sra", "srta", "hr", "fr",  "bzw", "usw", "mag", "ул"};

constexpr std::array<std::string_view, 12> perhaps_abbreviated = {"etc", "inc", "ltd", "co",   "corp", "jr",
                                                                  "sr",  "est", "tel", "dept", "bros", "ext"};

constexpr std::array<std::string_view, 29> abbreviated_before_numbers = {
    "no",  "nos", "nr",  "fig", "figs", "vol", "p",   "pp",  "ch",   "chap", "sec", "art", "eq", "ex", "pt",
    "jan", "feb", "mar", "apr", "jun",  "jul", "aug", "sep", "sept", "oct",  "nov", "dec", "op", "ver"};

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// "(e.g" -> "e.g": what comes before the first letter or digit does not make a word.
std::string_view without_openers(std::string_view word) {
    while (!word.empty()) {
        const Utf8Character first = decode_utf8(word);
        if (is_word_character(first.code)) {
            break;
        }
        word.remove_prefix(first.length);
    }
    return word;
}

// "a.m", "U.S.A", "Ph.D", "т.е": parts of one or two letters, and at least two of them.
bool is_dotted(std::string_view word) {
    std::size_t letters = 0;
    bool dotted = false;
    for (std::size_t at = 0; at < word.size();) {
        const Utf8Character character = decode_utf8(word, at);
        at += character.length;
        if (character.code == '.') {
            if (letters == 0) {
                return false;
            }
            dotted = true;
            letters = 0;
        } else if (is_digit(character.code) || !is_word_character(character.code) || ++letters > 2) {
            return false;
        }
    }
    return dotted && letters > 0;
}

// "1", "> 12", "**3", "a".
bool is_list_number(std::string_view line) {
    if (line.size() > longest_list_mark) {
        return false;
    }
    line = without_openers(line);
    if (line.empty() || line.size() > longest_list_number) {
        return false;
    }
    return std::all_of(line.begin(), line.end(), is_digit) ||
           (line.size() == 1 && line[0] >= 'a' && line[0] <= 'z');
}

// "J. R. R. Tolkien", but "So do I."
bool is_initial(std::string_view word) {
    const Utf8Character letter = decode_utf8(word);
    return letter.length == word.size() && is_uppercase(letter.code) && letter.code != 'I';
}

}  // namespace

FullStop full_stop_after(std::string_view word, std::string_view line) {
    if (word.size() > longest_abbreviation) {
        return FullStop::EndsSentence;
    }
    word = without_openers(word);
    if (word.empty() || is_list_number(line) || is_initial(word) || is_dotted(word)) {
        return FullStop::PartOfWord;
    }
    const std::string lower = lower_ascii(word);
    if (contains(always_abbreviated, lower)) {
        return FullStop::PartOfWord;
    }
    if (contains(perhaps_abbreviated, lower)) {
        return FullStop::EndsUnlessLowercase;
    }
    return contains(abbreviated_before_numbers, lower) ? FullStop::EndsUnlessNumber : FullStop::EndsSentence;
}

}  // namespace repartee::conversation
