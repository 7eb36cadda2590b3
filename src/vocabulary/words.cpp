#include "vocabulary/words.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <set>

namespace repartee {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

bool within(char32_t code, const auto& ranges) {
    return std::ranges::any_of(
        ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// Beyond ASCII, where nearly all is letters: the rest.
constexpr std::array separators{
    Range{0x80, 0xA9},     Range{0xAB, 0xB4},     Range{0xB6, 0xB9},     Range{0xBB, 0xBF},
    Range{0xD7, 0xD7},     Range{0xF7, 0xF7},     Range{0x37E, 0x37E},   Range{0x387, 0x387},
    Range{0x55A, 0x55F},   Range{0x589, 0x58A},   Range{0x5BE, 0x5BE},   Range{0x5F3, 0x5F4},
    Range{0x60C, 0x60D},   Range{0x61B, 0x61F},   Range{0x66A, 0x66D},   Range{0x6D4, 0x6D4},
    Range{0x964, 0x965},   Range{0x970, 0x970},   Range{0xE4F, 0xE4F},   Range{0xE5A, 0xE5B},
    Range{0x2000, 0x200B}, Range{0x200E, 0x206F}, Range{0x20A0, 0x20CF}, Range{0x2190, 0x2BFF},
    Range{0x3000, 0x3004}, Range{0x3008, 0x3020}, Range{0x30FB, 0x30FB}, Range{0xFE10, 0xFE19},
    Range{0xFE30, 0xFE6F}, Range{0xFEFF, 0xFEFF}, Range{0xFF01, 0xFF0F}, Range{0xFF1A, 0xFF20},
    Range{0xFF3B, 0xFF40}, Range{0xFF5B, 0xFF65}, Range{0xFFE0, 0xFFFF},
};

// Written without spaces between words.
constexpr std::array unspaced{
    Range{0xE00, 0xE7F},   Range{0xE80, 0xEFF},     Range{0x1000, 0x109F}, Range{0x1780, 0x17FF},
    Range{0x3005, 0x3007}, Range{0x3040, 0x30FF},   Range{0x3400, 0x4DBF}, Range{0x4E00, 0x9FFF},
    Range{0xF900, 0xFAFF}, Range{0x20000, 0x3FFFF},
};

// Joins what stands around it, and is neither seen nor heard.
bool is_joiner(char32_t code) {
    return code == 0x200C || code == 0x200D || code == 0xAD;
}

bool is_of_a_word(char32_t code) {
    if (code < 0x80) {
        return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
    }
    return !within(code, separators);
}

// Latin, Greek, Cyrillic and Armenian: as far as the small letter lies at a fixed distance.
char32_t lowered(char32_t code) {
    if (code < 0x80) {
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    }
    if (code >= 0xC0 && code <= 0xDE && code != 0xD7) {
        return code + 32;
    }
    bool in_pairs = (code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177) ||
                    (code >= 0x460 && code <= 0x481) || (code >= 0x48A && code <= 0x4BF) ||
                    (code >= 0x4D0 && code <= 0x52F) || (code >= 0x1E00 && code <= 0x1EFF);
    if (in_pairs) {
        return code | 1;
    }
    if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E)) {
        return code + (code & 1);
    }
    if ((code >= 0x391 && code <= 0x3A9) || (code >= 0x410 && code <= 0x42F)) {
        return code + 32;
    }
    if (code >= 0x386 && code <= 0x38F) {  // with an accent
        return code == 0x386 ? 0x3AC : code <= 0x38A ? code + 37 : code == 0x38C ? 0x3CC : code + 63;
    }
    if (code == 0x3C2) {
        return 0x3C3;  // the sigma at the end of a word
    }
    if (code >= 0x400 && code <= 0x40F) {
        return code + 80;
    }
    return code >= 0x531 && code <= 0x556 ? code + 48 : code;
}

const std::set<std::u32string_view>& fillers() {
    static const std::set<std::u32string_view> all{
        // English
        U"a", U"about", U"all", U"also", U"am", U"an", U"and", U"any", U"are", U"as", U"at", U"be", U"been",
        U"but", U"by", U"call", U"called", U"can", U"could", U"d", U"did", U"do", U"does", U"for", U"from",
        U"had", U"has", U"have", U"he", U"her", U"him", U"his", U"how", U"i", U"if", U"in", U"is", U"it",
        U"its", U"ll", U"m", U"me", U"mine", U"my", U"name", U"named", U"names", U"of", U"on", U"or", U"our",
        U"please", U"re", U"remember", U"s", U"she", U"so", U"t", U"tell", U"that", U"the", U"their", U"them",
        U"there", U"they", U"this", U"to", U"us", U"user", U"ve", U"was", U"we", U"were", U"what", U"when",
        U"where", U"which", U"who", U"whom", U"whose", U"why", U"will", U"with", U"would", U"you", U"your",
        // Hindi
        U"और", U"का", U"की", U"के", U"को", U"क्या", U"नाम", U"कौन", U"कब", U"कहाँ", U"कहां", U"कैसे", U"था", U"थी",
        U"थे", U"पर", U"मुझे", U"मेरा", U"मेरी", U"मेरे", U"मैं", U"में", U"यह", U"वह", U"से", U"हूँ", U"हूं", U"है", U"हैं",
        U"हो", U"ने", U"भी",
        // German, French, Spanish
        U"der", U"die", U"das", U"ist", U"und", U"ich", U"ein", U"eine", U"mein", U"meine", U"was", U"wie",
        U"wer", U"wo", U"le", U"la", U"les", U"un", U"une", U"est", U"et", U"je", U"mon", U"ma", U"mes",
        U"de", U"du", U"des", U"que", U"quel", U"quelle", U"el", U"los", U"las", U"es", U"y", U"mi", U"mis",
        U"en", U"qué", U"cuál", U"se"};
    return all;
}

}  // namespace

std::vector<std::u32string> words_in(std::string_view text) {
    std::vector<std::u32string> words;
    std::u32string word;
    auto end_word = [&] {
        if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_utf8(text, at);
        at += character.length;
        const char32_t code = lowered(character.code);
        if (is_joiner(code)) {
            continue;
        }
        if (!is_of_a_word(code)) {
            end_word();
        } else if (within(code, unspaced)) {
            end_word();
            words.push_back(std::u32string(1, code));
        } else {
            word.push_back(code);
        }
    }
    end_word();
    return words;
}

bool is_filler(std::u32string_view word) {
    return fillers().contains(word);
}

std::u32string_view stem_of(std::u32string_view word) {
    const bool is_ascii = std::ranges::all_of(word, [](char32_t code) { return code < 0x80; });
    if (!is_ascii) {
        return word;
    }
    for (std::u32string_view ending : {U"ing", U"ed", U"es", U"s", U"e"}) {
        // Two letters of a word that is left are too few: "red" is not "r".
        if (word.ends_with(ending) && word.size() >= ending.size() + 3 && !word.ends_with(U"ss")) {
            return word.substr(0, word.size() - ending.size());
        }
    }
    return word;
}

}  // namespace repartee
