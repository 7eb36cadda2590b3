#include "conversation/heard_text.h"

#include "base/utf8.h"
#include "conversation/characters.h"

#include <algorithm>

namespace repartee::conversation {

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
        if (is_unspaced(character.code) || ends_sentence_at_once(character.code)) {
            end = at;
        }
    }
    if (is_space(decode_utf8(reply, bytes).code)) {
        end = bytes;
    }
    auto part = reply.substr(0, end);
    part = part.substr(0, part.find_last_not_of(" \n\t\r") + 1);
    return std::string(part);
}

}  // namespace repartee::conversation
