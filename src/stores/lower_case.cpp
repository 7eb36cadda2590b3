#include "stores/lower_case.h"

#include "base/utf8.h"

#include <clocale>
#include <cwctype>

namespace repartee::stores {

namespace {

// The C library knows the letters; which locale the process has does not matter.
locale_t all_letters() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

char32_t lower_letter(char32_t letter) {
    const auto locale = all_letters();
    return locale == nullptr ? letter
                             : static_cast<char32_t>(::towlower_l(static_cast<wint_t>(letter), locale));
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char byte = text[at];
        if (static_cast<unsigned char>(byte) < 0x80) {
            lower += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
            ++at;
            continue;
        }
        const auto character = decode_utf8(text, at);
        if (character.code == replacement_character) {
            lower += text.substr(at, character.length);
        } else {
            append_utf8(lower, lower_letter(character.code));
        }
        at += character.length;
    }
    return lower;
}

}  // namespace repartee::stores
