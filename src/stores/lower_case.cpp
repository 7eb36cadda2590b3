#include "stores/lower_case.h"

#include "base/utf8.h"

#include <clocale>
#include <cstdint>
#include <cstring>
#include <cwctype>
#include <vector>

namespace repartee::stores {

namespace {

// The C library knows the letters; which locale the process has does not matter.
char32_t ask_the_library(char32_t letter) {
    static const locale_t all_letters = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return all_letters == nullptr
               ? letter
               : static_cast<char32_t>(::towlower_l(static_cast<wint_t>(letter), all_letters));
}

// It is asked once for each of the letters that nearly all texts are written in.
std::vector<char32_t> make_table() {
    std::vector<char32_t> table(0x10000);
    for (char32_t letter = 0; letter < table.size(); ++letter) {
        table[letter] = ask_the_library(letter);
    }
    return table;
}

char32_t lower_letter(char32_t letter) {
    static const auto table = make_table();
    return letter < table.size() ? table[letter] : ask_the_library(letter);
}

constexpr std::uint64_t beyond_ascii = 0x8080808080808080;

// How many bytes from `at` on are ASCII, to the whole eight.
std::size_t ascii_at(std::string_view text, std::size_t at) {
    const auto begin = at;
    for (std::uint64_t eight = 0; text.size() - at >= sizeof(eight); at += sizeof(eight)) {
        std::memcpy(&eight, text.data() + at, sizeof(eight));
        if ((eight & beyond_ascii) != 0) {
            break;
        }
    }
    return at - begin;
}

char lower_ascii(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

void put_lower_case(std::string_view text, std::string& lower) {
    lower.clear();
    for (std::size_t at = 0; at < text.size();) {
        if (const auto run = ascii_at(text, at); run > 0) {
            const auto begin = lower.size();
            lower.append(text, at, run);
            for (auto byte = begin; byte < lower.size(); ++byte) {
                lower[byte] = lower_ascii(lower[byte]);
            }
            at += run;
            continue;
        }
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            lower += lower_ascii(text[at++]);
            continue;
        }
        const auto character = decode_utf8(text, at);
        if (character.code == replacement_character) {
            lower.append(text, at, character.length);
        } else {
            append_utf8(lower, lower_letter(character.code));
        }
        at += character.length;
    }
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    put_lower_case(text, lower);
    return lower;
}

bool SoughtWord::is_in(std::string_view text) {
    put_lower_case(text, text_);
    return ::memmem(text_.data(), text_.size(), word_.data(), word_.size()) != nullptr;
}

}  // namespace repartee::stores
