#include "memory/memory_text.h"

#include "base/utf8.h"

#include <utility>

namespace repartee::memory {

std::string clean_text(std::string_view text, std::size_t longest) {
    std::string clean;
    bool blank = false;
    for (std::size_t at = 0; at < text.size() && clean.size() < longest;) {
        const auto character = decode_utf8(text, at);
        at += character.length;
        const char32_t code = character.code;
        // Line ends of all kinds, and what turns the direction of writing around.
        const bool is_blank = code <= 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 ||
                              code == 0x2029 || (code >= 0x202A && code <= 0x202E) ||
                              (code >= 0x2066 && code <= 0x2069);
        if (is_blank) {
            blank = !clean.empty();
            continue;
        }
        if (std::exchange(blank, false)) {
            clean += ' ';
        }
        append_utf8(clean, code);
    }
    return std::string(truncate_utf8(clean, longest));
}

}  // namespace repartee::memory
