// From text to what flite can take: plain ASCII in pieces of bounded length, each remembering where
// its words end in the text it came from. Pure; knows nothing of the library.
//
// The pieces bound what one piece of text can cost: memory, and the time to the first sound, for
// flite works out the melody of a whole phrase before it makes any of it heard.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::flite {

// Bytes. About fifteen seconds of speech; a sentence is rarely longer.
inline constexpr std::size_t longest_phrase = 250;

struct Phrase {
    struct WordEnd {
        std::size_t in_phrase;    // bytes of Phrase::text up to the end of the word
        std::size_t in_sentence;  // bytes of the original up to the end of the same word
    };

    std::string text;  // printable ASCII; empty: nothing in the sentence can be pronounced
    std::vector<WordEnd> words;
    std::size_t end = 0;  // bytes of the original that are done with when this phrase is
};

// Never empty for a sentence of at least one byte: the last phrase ends where the sentence does.
std::vector<Phrase> phrases_of(std::string_view sentence);

// One word's letters and marks in ASCII: "café" is "cafe", typographic quotes are plain ones.
// What has no counterpart, malformed UTF-8 included, is left out.
std::string in_ascii(std::string_view word);

// The end in the original of the last word that is over once `position` bytes of the phrase's
// text are spoken; `otherwise` before the first.
std::size_t spoken_until(const Phrase& phrase, std::size_t position, std::size_t otherwise);

}  // namespace repartee::engines::flite
