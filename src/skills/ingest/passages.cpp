#include "skills/ingest/passages.h"

#include "base/utf8.h"

#include <algorithm>

namespace repartee::skills::ingest {

namespace {

bool is_gap(char character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
}

// Ends of sentences of most scripts; in the last one of a word, or before its closing quotes.
bool ends_sentence(std::string_view word) {
    while (word.ends_with('"') || word.ends_with('\'') || word.ends_with(')') || word.ends_with(']')) {
        word.remove_suffix(1);
    }
    for (std::string_view end : {".", "!", "?", "…", "。", "！", "？", "।"}) {
        if (word.ends_with(end)) {
            return true;
        }
    }
    return false;
}

struct Word {
    std::string_view text;
    bool ends_sentence = false;
};

std::vector<Word> words_of(std::string_view text, std::size_t longest) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_gap(text[at])) {
            // Behind an empty line, or a line, whatever stood there is over.
            if (text[at] == '\n' && !words.empty()) {
                words.back().ends_sentence = true;
            }
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && !is_gap(text[end])) {
            ++end;
        }
        auto rest = text.substr(at, end - at);
        while (!rest.empty()) {
            auto part = truncate_utf8(rest, longest);
            if (part.empty()) {
                part = rest.substr(0, longest);
            }
            rest.remove_prefix(part.size());
            words.push_back({part, rest.empty() && ends_sentence(part)});
        }
        at = end;
    }
    return words;
}

}  // namespace

std::vector<std::string> passages_of(std::string_view text, PassageLimits limits) {
    std::vector<std::string> passages;
    auto words = words_of(text, limits.bytes);
    std::size_t begin = 0;
    while (begin < words.size()) {
        std::size_t bytes = 0;
        std::size_t end = begin;
        std::size_t sentence_end = begin;  // behind the last one that is whole
        while (end < words.size() && end - begin < limits.words &&
               bytes + words[end].text.size() + 1 <= limits.bytes + 1) {
            bytes += words[end].text.size() + 1;
            ++end;
            if (words[end - 1].ends_sentence) {
                sentence_end = end;
            }
        }
        if (end < words.size() && sentence_end > begin) {
            end = sentence_end;
        }
        std::string passage;
        for (; begin < end; ++begin) {
            passage += passage.empty() ? "" : " ";
            passage += words[begin].text;
        }
        passages.push_back(std::move(passage));
    }
    return passages;
}

}  // namespace repartee::skills::ingest
