#include "conversation/characters.h"

#include <algorithm>
#include <iterator>

namespace repartee::conversation {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// `ranges` ascend and do not overlap.
template <std::size_t count>
bool within(const Range (&ranges)[count], char32_t character) {
    const auto* range = std::partition_point(std::begin(ranges), std::end(ranges),
                                             [&](const Range& each) { return each.last < character; });
    return range != std::end(ranges) && range->first <= character;
}

// Sentence_Terminal, less the ASCII ones and scripts no longer written.
constexpr Range sentence_ends[] = {
    {0x0589, 0x0589},                    // Armenian
    {0x061D, 0x061F},                    // Arabic ؟
    {0x06D4, 0x06D4},                    // Urdu ۔
    {0x0700, 0x0702},                    // Syriac
    {0x07F9, 0x07F9},                    // N'Ko
    {0x0964, 0x0965},                    // danda । ॥, all Indic scripts
    {0x0DF4, 0x0DF4},                    // Sinhala
    {0x0F0D, 0x0F0E},                    // Tibetan shad
    {0x104B, 0x104B},                    // Myanmar
    {0x1362, 0x1362},                    // Ethiopic ።
    {0x1367, 0x1368}, {0x166E, 0x166E},  // Canadian syllabics
    {0x17D4, 0x17D5},                    // Khmer
    {0x1803, 0x1803},                    // Mongolian
    {0x1809, 0x1809}, {0x1B5A, 0x1B5B},  // Balinese
    {0x1B5E, 0x1B5F}, {0x1C7E, 0x1C7F},  // Ol Chiki
    {0x3002, 0x3002},                    // 。
    {0xA9C9, 0xA9C9},                    // Javanese
    {0xABEB, 0xABEB},                    // Meetei Mayek
    {0xFE52, 0xFE52},                    // small forms
    {0xFE56, 0xFE57}, {0xFF01, 0xFF01},  // ！
    {0xFF0E, 0xFF0E},                    // ．
    {0xFF1F, 0xFF1F},                    // ？
    {0xFF61, 0xFF61},                    // ｡
};

// Terminal_Punctuation that ends less than a sentence, where no space need follow.
constexpr Range clause_ends_at_once[] = {
    {0x104A, 0x104A},                    // Myanmar
    {0x1802, 0x1802},                    // Mongolian
    {0x2014, 0x2015},                    // — ―
    {0x3001, 0x3001},                    // 、
    {0xFE50, 0xFE51},                    // small forms
    {0xFE54, 0xFE55}, {0xFF0C, 0xFF0C},  // ，
    {0xFF1A, 0xFF1B},                    // ： ；
    {0xFF64, 0xFF64},                    // ､
};

constexpr Range closers[] = {
    {'"', '"'},       {'\'', '\''},     {')', ')'},       {'*', '*'},       {']', ']'},
    {'_', '_'},       {'}', '}'},       {0x00BB, 0x00BB}, {0x2019, 0x2019}, {0x201D, 0x201D},
    {0x203A, 0x203A}, {0x3009, 0x3009}, {0x300B, 0x300B}, {0x300D, 0x300D}, {0x300F, 0x300F},
    {0x3011, 0x3011}, {0x3015, 0x3015}, {0xFF09, 0xFF09}, {0xFF3D, 0xFF3D}, {0xFF5D, 0xFF5D},
    {0xFF63, 0xFF63},
};

constexpr Range unspaced[] = {
    {0x0E00, 0x0EFF},    // Thai, Lao
    {0x0F00, 0x0FFF},    // Tibetan
    {0x1000, 0x109F},    // Myanmar
    {0x1780, 0x17FF},    // Khmer
    {0x2E80, 0x2FDF},    // CJK radicals
    {0x3005, 0x3007},    // 々〆〇
    {0x3041, 0x30FF},    // kana
    {0x3105, 0x312F},    // Bopomofo
    {0x31F0, 0x31FF},    // small kana
    {0x3400, 0x4DBF},    // CJK extension A
    {0x4E00, 0x9FFF},    // CJK
    {0xF900, 0xFAFF},    // CJK compatibility
    {0xFF66, 0xFF9F},    // half width kana
    {0x20000, 0x323AF},  // CJK extensions B to H
};

// Marks of those scripts that lean on the character before them.
constexpr Range leaning_marks[] = {
    {0x0E2F, 0x0E3A}, {0x0E45, 0x0E4E}, {0x0EAF, 0x0EBC}, {0x0EC6, 0x0ECE}, {0x0F0B, 0x0F14},
    {0x0F18, 0x0F19}, {0x0F35, 0x0F3F}, {0x0F71, 0x0FBC}, {0x102B, 0x103E}, {0x1056, 0x1059},
    {0x105E, 0x1060}, {0x1062, 0x1064}, {0x1067, 0x106D}, {0x1071, 0x1074}, {0x1082, 0x108D},
    {0x109A, 0x109D}, {0x17B4, 0x17DD}, {0x3005, 0x3005}, {0x3041, 0x3041}, {0x3043, 0x3043},
    {0x3045, 0x3045}, {0x3047, 0x3047}, {0x3049, 0x3049}, {0x3063, 0x3063}, {0x3083, 0x3083},
    {0x3085, 0x3085}, {0x3087, 0x3087}, {0x3093, 0x3093}, {0x3099, 0x309E}, {0x30A1, 0x30A1},
    {0x30A3, 0x30A3}, {0x30A5, 0x30A5}, {0x30A7, 0x30A7}, {0x30A9, 0x30A9}, {0x30C3, 0x30C3},
    {0x30E3, 0x30E3}, {0x30E5, 0x30E5}, {0x30E7, 0x30E7}, {0x30F3, 0x30F3}, {0x30FB, 0x30FF},
    {0xFF70, 0xFF70}, {0xFF9E, 0xFF9F},
};

// And those that lean on the next one: Thai and Lao vowels written first, Myanmar and Khmer stackers.
constexpr Range leading_marks[] = {
    {0x0E40, 0x0E44},
    {0x0EC0, 0x0EC4},
    {0x1039, 0x1039},
    {0x17D2, 0x17D2},
};

// Everything past ASCII that is neither letter, digit nor a mark on one. What is not listed counts
// as a letter: a new script is better said than dropped.
constexpr Range not_words[] = {
    {0x0080, 0x00A9},  // controls, Latin-1 punctuation and symbols ...
    {0x00AB, 0x00B1},
    {0x00B4, 0x00B4},
    {0x00B6, 0x00B8},
    {0x00BB, 0x00BB},
    {0x00BF, 0x00BF},
    {0x00D7, 0x00D7},
    {0x00F7, 0x00F7},
    {0x02B9, 0x036F},  // modifier letters, combining marks: nothing
                       // by themselves
    {0x037E, 0x037E},
    {0x0387, 0x0387},
    {0x055A, 0x055F},
    {0x0589, 0x058F},
    {0x05BE, 0x05BE},
    {0x05C0, 0x05C0},
    {0x05C3, 0x05C6},
    {0x05F3, 0x05F4},
    {0x0600, 0x061F},
    {0x0640, 0x0640},
    {0x066A, 0x066D},
    {0x06D4, 0x06D4},
    {0x06DD, 0x06DE},
    {0x06E9, 0x06E9},
    {0x0700, 0x070F},
    {0x07F6, 0x07F9},
    {0x0964, 0x0965},
    {0x0970, 0x0970},
    {0x0DF4, 0x0DF4},
    {0x0E3F, 0x0E3F},
    {0x0E4F, 0x0E4F},
    {0x0E5A, 0x0E5B},
    {0x0F01, 0x0F17},
    {0x0F3A, 0x0F3D},
    {0x104A, 0x104F},
    {0x10FB, 0x10FB},
    {0x1360, 0x1368},
    {0x166D, 0x166E},
    {0x16EB, 0x16ED},
    {0x17D4, 0x17DB},
    {0x1800, 0x180F},
    {0x1B5A, 0x1B60},
    {0x1C7E, 0x1C7F},
    {0x2000, 0x206F},  // general punctuation
    {0x20A0, 0x20FF},  // currency, marks for symbols
    {0x2116, 0x2117},  // letterlike symbols that are signs
    {0x2120, 0x2125},
    {0x2139, 0x2139},
    {0x2190, 0x245F},  // arrows, operators, technical
    {0x2500, 0x2BFF},  // boxes, shapes, dingbats, arrows
    {0x2E00, 0x2E7F},  // supplemental punctuation
    {0x3000, 0x3004},  // CJK punctuation
    {0x3008, 0x3020},
    {0x3030, 0x3030},
    {0x303D, 0x3040},
    {0x30A0, 0x30A0},
    {0x30FB, 0x30FB},
    {0xA9C1, 0xA9CD},
    {0xABEB, 0xABEB},
    {0xD800, 0xF8FF},  // surrogates, private use
    {0xFD3E, 0xFD3F},
    {0xFDD0, 0xFDEF},
    {0xFE00, 0xFE6F},  // variation selectors, vertical and small
                       // forms
    {0xFEFF, 0xFF0F},
    {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40},
    {0xFF5B, 0xFF65},
    {0xFFE0, 0xFFFF},
    {0x1F000, 0x1FAFF},  // pictographs
    {0x1FFFE, 0x1FFFF},
    {0xE0000, 0x10FFFF},  // tags, private use
};

// Extended_Pictographic and its company, whole blocks where nothing else lives there.
constexpr Range pictographs[] = {
    {0x00A9, 0x00A9},    // ©
    {0x00AE, 0x00AE},    // ®
    {0x203C, 0x203C},    // ‼
    {0x2049, 0x2049},    // ⁉
    {0x20D0, 0x20FF},    // enclosing marks: keycaps
    {0x2122, 0x2122},    // ™
    {0x2139, 0x2139},    // ℹ
    {0x2190, 0x21FF},    // arrows
    {0x2300, 0x23FF},    // technical
    {0x24C2, 0x24C2},    // Ⓜ
    {0x2500, 0x27BF},    // boxes, shapes, symbols, dingbats
    {0x27F0, 0x27FF},    // arrows
    {0x2900, 0x297F},    // arrows
    {0x2B00, 0x2BFF},    // arrows and stars
    {0x3030, 0x3030},    // 〰
    {0x303D, 0x303D},    // 〽
    {0x3297, 0x3297},    // ㊗
    {0x3299, 0x3299},    // ㊙
    {0xFE00, 0xFE0F},    // variation selectors
    {0x1F000, 0x1FAFF},  // tiles, flags, emoji, skin tones
    {0xE0000, 0xE0FFF},  // tags, variation selectors
};

constexpr Range invisible[] = {
    {0x0000, 0x0008},   {0x000E, 0x001F},    {0x007F, 0x0084}, {0x0086, 0x009F}, {0x00AD, 0x00AD},
    {0x061C, 0x061C},   {0x180E, 0x180E},    {0x200B, 0x200B}, {0x200E, 0x200F}, {0x202A, 0x202E},
    {0x2060, 0x206F},   {0xD800, 0xF8FF},    {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFF},
    {0x1FFFE, 0x1FFFF}, {0xE0000, 0x10FFFF},
};

// Blocks in which capitals and small letters alternate, capital first on even codes.
constexpr Range alternating[] = {
    {0x0100, 0x0137}, {0x014A, 0x0177}, {0x0460, 0x0481},
    {0x048A, 0x04BF}, {0x04D0, 0x052F}, {0x1E00, 0x1EFF},
};
// The same, capital first on odd codes.
constexpr Range alternating_odd[] = {{0x0139, 0x0148}, {0x0179, 0x017E}, {0x04C1, 0x04CE}};

constexpr Range capitals[] = {
    {'A', 'Z'},       {0x00C0, 0x00D6}, {0x00D8, 0x00DE}, {0x0178, 0x0178},
    {0x0386, 0x0386}, {0x0388, 0x038F}, {0x0391, 0x03AB}, {0x0400, 0x042F},
    {0x04C0, 0x04C0}, {0x0531, 0x0556}, {0x10A0, 0x10C5},
};
constexpr Range smalls[] = {
    {'a', 'z'},       {0x00DF, 0x00F6}, {0x00F8, 0x00FF}, {0x0138, 0x0138},
    {0x0149, 0x0149}, {0x017F, 0x017F}, {0x0390, 0x0390}, {0x03AC, 0x03CE},
    {0x0430, 0x045F}, {0x04CF, 0x04CF}, {0x0560, 0x0588},
};

}  // namespace

bool is_space(char32_t character) {
    return character == ' ' || (character >= 0x09 && character <= 0x0D) || character == 0x85 ||
           character == 0xA0 || character == 0x1680 || (character >= 0x2000 && character <= 0x200A) ||
           character == 0x2028 || character == 0x2029 || character == 0x202F || character == 0x205F ||
           character == 0x3000;
}

bool is_digit(char32_t character) {
    return character >= '0' && character <= '9';
}

bool is_word_character(char32_t character) {
    if (character < 0x80) {
        return is_digit(character) || (character >= 'A' && character <= 'Z') ||
               (character >= 'a' && character <= 'z');
    }
    return !within(not_words, character);
}

bool is_uppercase(char32_t character) {
    return within(capitals, character) || (within(alternating, character) && character % 2 == 0) ||
           (within(alternating_odd, character) && character % 2 == 1);
}

bool is_lowercase(char32_t character) {
    return within(smalls, character) || (within(alternating, character) && character % 2 == 1) ||
           (within(alternating_odd, character) && character % 2 == 0);
}

bool is_unspaced(char32_t character) {
    return within(unspaced, character) && is_word_character(character);
}

bool may_break_between(char32_t left, char32_t right) {
    return is_unspaced(left) && is_unspaced(right) && !within(leading_marks, left) &&
           !within(leaning_marks, right);
}

bool ends_sentence_at_once(char32_t character) {
    return within(sentence_ends, character);
}

bool ends_clause_at_once(char32_t character) {
    return within(clause_ends_at_once, character);
}

bool ends_clause_at_space(char32_t character) {
    return character == ',' || character == ';' || character == ':' || character == 0x060C ||
           character == 0x061B || (character >= 0x1363 && character <= 0x1366) || character == 0x055D;
}

bool is_closer(char32_t character) {
    return within(closers, character);
}

bool is_quote(char32_t character) {
    return character == '"' || character == '\'' || character == 0x00AB || character == 0x00BB ||
           (character >= 0x2018 && character <= 0x201F) || (character >= 0x2039 && character <= 0x203A) ||
           (character >= 0x300C && character <= 0x300F) || (character >= 0xFF62 && character <= 0xFF63);
}

bool is_pictograph(char32_t character) {
    return within(pictographs, character);
}

bool is_invisible(char32_t character) {
    return within(invisible, character);
}

}  // namespace repartee::conversation
