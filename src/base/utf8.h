// UTF-8, as much of it as the house needs: step through characters, check, cut without tearing.
//
// Text from outside is never trusted to be valid. Decoding goes on behind a bad byte; nothing here
// throws or allocates, save `append_utf8`, which grows its string.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace repartee {

struct Utf8Character {
    char32_t code = 0;
    std::size_t length = 0;  // bytes; 0 only at the end of the text
};

// What bytes that are no character decode to, one byte at a time.
inline constexpr char32_t replacement_character = 0xFFFD;

namespace utf8_detail {

// How many bytes the character that `lead` begins should have; 0: no character begins so.
constexpr std::size_t length_from(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2) {
        return 0;  // a continuation, or an overlong form of ASCII
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

// The second byte carries the rules against overlong forms, surrogates and codes past U+10FFFF.
constexpr bool continues(unsigned char lead, std::size_t index, unsigned char byte) {
    if (index == 1) {
        switch (lead) {
            case 0xE0: return byte >= 0xA0 && byte <= 0xBF;
            case 0xED: return byte >= 0x80 && byte <= 0x9F;
            case 0xF0: return byte >= 0x90 && byte <= 0xBF;
            case 0xF4: return byte >= 0x80 && byte <= 0x8F;
            default: break;
        }
    }
    return (byte & 0xC0) == 0x80;
}

}  // namespace utf8_detail

// The character at byte `at`; a byte that begins none counts as one replacement character.
constexpr Utf8Character decode_utf8(std::string_view text, std::size_t at = 0) {
    if (at >= text.size()) {
        return {};
    }
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = utf8_detail::length_from(lead);
    if (length == 1) {
        return {lead, 1};
    }
    if (length == 0 || text.size() - at < length) {
        return {replacement_character, 1};
    }
    char32_t code = lead & (0x7Fu >> length);
    for (std::size_t index = 1; index < length; ++index) {
        const auto byte = static_cast<unsigned char>(text[at + index]);
        if (!utf8_detail::continues(lead, index, byte)) {
            return {replacement_character, 1};
        }
        code = (code << 6) | (byte & 0x3Fu);
    }
    return {code, length};
}

// Whether the text ends, after byte `at`, in the middle of a character that more bytes could complete.
constexpr bool utf8_is_cut_short(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return false;
    }
    const auto lead = static_cast<unsigned char>(text[at]);
    if (text.size() - at >= utf8_detail::length_from(lead)) {
        return false;
    }
    for (std::size_t index = 1; at + index < text.size(); ++index) {
        if (!utf8_detail::continues(lead, index, static_cast<unsigned char>(text[at + index]))) {
            return false;
        }
    }
    return true;
}

constexpr bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Character character = decode_utf8(text, at);
        if (character.code == replacement_character && character.length == 1) {
            return false;
        }
        at += character.length;
    }
    return true;
}

// The longest beginning of `text` of at most `bytes` bytes that does not end inside a character.
constexpr std::string_view truncate_utf8(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) {
        return text;
    }
    std::size_t cut = bytes;
    // Valid text has at most three continuation bytes in a row; invalid text is not worth more.
    for (int step = 0; step < 3 && cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80;
         ++step) {
        --cut;
    }
    return text.substr(0, cut);
}

// `code` must not be a surrogate nor past U+10FFFF; such codes are written as the replacement character.
inline void append_utf8(std::string& text, char32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        code = replacement_character;
    }
    if (code < 0x80) {
        text += static_cast<char>(code);
        return;
    }
    if (code < 0x800) {
        text += static_cast<char>(0xC0 | (code >> 6));
    } else {
        if (code < 0x10000) {
            text += static_cast<char>(0xE0 | (code >> 12));
        } else {
            text += static_cast<char>(0xF0 | (code >> 18));
            text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        }
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    }
    text += static_cast<char>(0x80 | (code & 0x3F));
}

}  // namespace repartee
