// Percent-decoding of request targets.
#pragma once

#include <string>
#include <string_view>

namespace repartee::net {

enum class Plus { IsPlus, IsSpace };  // paths, and queries

// A '%' that no two hexadecimal digits follow stays as it is; paths with such have been refused before.
std::string percent_decoded(std::string_view text, Plus plus);

// 0 to 15, or -1.
constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

}  // namespace repartee::net
