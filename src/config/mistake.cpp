#include "config/mistake.h"

#include "base/utf8.h"

#include <fmt/format.h>

namespace repartee::config {

namespace {

constexpr std::size_t longest_path = 400;

bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

}  // namespace

std::string to_text(const Mistake& mistake) {
    std::string text = presentable(mistake.source, longest_path);
    if (mistake.line > 0) {
        text += fmt::format(":{}", mistake.line);
        if (mistake.column > 0) {
            text += fmt::format(":{}", mistake.column);
        }
    }
    text += ": ";
    if (!mistake.subject.empty()) {
        text += presentable(mistake.subject, longest_path) + ": ";
    }
    return text + mistake.message;
}

std::string to_text(const Mistakes& mistakes) {
    std::string text;
    for (const Mistake& mistake : mistakes) {
        text += to_text(mistake) + "\n";
    }
    return text;
}

std::string presentable(std::string_view text, std::size_t most_characters) {
    std::string shown;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++characters) {
        if (characters == most_characters) {
            return shown + "...";
        }
        const Utf8Character character = decode_utf8(text, at);
        at += character.length;
        switch (character.code) {
            case U'\n': shown += "\\n"; break;
            case U'\r': shown += "\\r"; break;
            case U'\t': shown += "\\t"; break;
            default:
                if (is_control(character.code)) {
                    shown += fmt::format("\\u{:04X}", static_cast<unsigned>(character.code));
                } else {
                    append_utf8(shown, character.code);
                }
        }
    }
    return shown;
}

}  // namespace repartee::config
