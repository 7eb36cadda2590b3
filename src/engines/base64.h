// Bytes that come as text inside JSON. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::engines {

namespace detail {

inline constexpr std::uint8_t no_digit = 0xFF;

// The value of each letter of the alphabet, RFC 4648 and its form for URLs alike.
constexpr std::array<std::uint8_t, 256> base64_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    std::uint8_t value = 0;
    for (char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
        values[static_cast<unsigned char>(c)] = value++;
    }
    values['-'] = 62;
    values['_'] = 63;
    return values;
}

}  // namespace detail

// Nothing for what is no base64. The signs of equality at the end may be missing.
inline std::optional<std::string> from_base64(std::string_view text) {
    static constexpr auto values = detail::base64_values();
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
        text.remove_suffix(1);
    }
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t pending = 0;
    int bits = 0;
    for (char c : text) {
        auto value = values[static_cast<unsigned char>(c)];
        if (value == detail::no_digit) {
            return std::nullopt;
        }
        pending = (pending << 6) | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((pending >> bits) & 0xFF);
        }
    }
    // A letter alone is less than a byte.
    return bits == 6 ? std::nullopt : std::optional(std::move(bytes));
}

}  // namespace repartee::engines
