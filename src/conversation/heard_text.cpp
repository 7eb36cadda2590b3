#include "conversation/heard_text.h"

#include "base/utf8.h"

#include <algorithm>

namespace repartee::conversation {

namespace {

bool is_space(char32_t code) {
    return code == U' ' || code == U'\n' || code == U'\t' || code == U'\r';
}

// CJK and its neighbours, Thai, Lao, Khmer, Burmese.
bool is_unspaced(char32_t code) {
    return (code >= 0x2E80 && code <= 0xD7FF) || (code >= 0xF900 && code <= 0xFAFF) || code >= 0x20000 ||
           (code >= 0x0E00 && code <= 0x0EFF) || (code >= 0x1000 && code <= 0x109F) ||
           (code >= 0x1780 && code <= 0x17FF);
}

}  // namespace

void HeardText::sent(TimePoint when, Duration sound, std::size_t text_bytes) {
    playing_until_ = std::max(playing_until_, when) + sound;
    pieces_.push_back({playing_until_, text_bytes});
}

std::size_t HeardText::heard_bytes(TimePoint when) const {
    std::size_t bytes = 0;
    for (const auto& piece : pieces_) {
        if (piece.over > when) {
            break;
        }
        bytes = std::max(bytes, piece.text_bytes);
    }
    return bytes;
}

std::string heard_part(std::string_view reply, std::size_t bytes) {
    if (bytes >= reply.size()) {
        return std::string(reply);
    }
    // The last place not behind `bytes` where a word ends: before white space, or behind a character of
    // a script that is written without any.
    std::size_t end = 0;
    for (std::size_t at = 0; at < reply.size();) {
        auto character = decode_utf8(reply, at);
        if (at <= bytes && is_space(character.code)) {
            end = at;
        }
        at += character.length;
        if (at > bytes) {
            break;
        }
        if (is_unspaced(character.code)) {
            end = at;
        }
    }
    if (is_space(decode_utf8(reply, bytes).code)) {
        end = bytes;
    }
    auto part = reply.substr(0, end);
    while (!part.empty() && is_space(static_cast<unsigned char>(part.back()))) {
        part.remove_suffix(1);
    }
    return std::string(part);
}

}  // namespace repartee::conversation
