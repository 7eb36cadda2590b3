#include "net/percent.h"

namespace repartee::net {

std::string percent_decoded(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else if (text[i] == '+' && plus == Plus::IsSpace) {
            decoded += ' ';
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

}  // namespace repartee::net
