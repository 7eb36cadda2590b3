#include "engines/whole_characters.h"

#include <algorithm>
#include <utility>

namespace repartee::engines {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Shape {
    std::size_t length = 0;             // bytes of the whole character; 0: no character begins so
    unsigned char second_least = 0x80;  // the second byte's range is where overlong forms, surrogates
    unsigned char second_most = 0xBF;   // and values past U+10FFFF show
};

Shape shape_of(unsigned char lead) {
    if (lead < 0x80) {
        return {1};
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return {2};
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return {3, static_cast<unsigned char>(lead == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(lead == 0xED ? 0x9F : 0xBF)};
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        return {4, static_cast<unsigned char>(lead == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(lead == 0xF4 ? 0x8F : 0xBF)};
    }
    return {};
}

// How many of the first bytes could belong to one character of that shape.
std::size_t fitting(std::string_view text, const Shape& shape) {
    std::size_t count = 1;
    for (; count < std::min(shape.length, text.size()); ++count) {
        auto byte = static_cast<unsigned char>(text[count]);
        auto least = count == 1 ? shape.second_least : 0x80;
        auto most = count == 1 ? shape.second_most : 0xBF;
        if (byte < least || byte > most) {
            break;
        }
    }
    return count;
}

}  // namespace

std::string WholeCharacters::take(std::string_view bytes) {
    auto text = std::exchange(pending_, {});
    text += bytes;
    std::string whole;
    whole.reserve(text.size());
    std::string_view rest = text;
    while (!rest.empty()) {
        auto shape = shape_of(static_cast<unsigned char>(rest.front()));
        auto count = fitting(rest, shape);
        if (count == shape.length) {
            whole += rest.substr(0, count);
        } else if (shape.length > 0 && count == rest.size()) {
            pending_ = rest;
        } else {
            whole += replacement;
        }
        rest.remove_prefix(count);
    }
    return whole;
}

std::string WholeCharacters::finish() {
    return std::exchange(pending_, {}).empty() ? std::string() : std::string(replacement);
}

std::string short_complaint(std::string_view complaint) {
    constexpr std::size_t limit = 300;  // bytes
    return WholeCharacters().take(complaint.substr(0, limit));
}

}  // namespace repartee::engines
