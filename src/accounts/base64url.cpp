#include "accounts/base64url.h"

#include <array>
#include <cstdint>

namespace repartee::accounts {

namespace {

constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_letter = 0xFF;

constexpr std::array<std::uint8_t, 256> values_of_letters() {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_letter);
    for (std::size_t value = 0; value < base64url_letters.size(); ++value) {
        values[static_cast<unsigned char>(base64url_letters[value])] = static_cast<std::uint8_t>(value);
    }
    return values;
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int count = 0;  // of bits that are not written yet
    for (char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        count += 8;
        while (count >= 6) {
            count -= 6;
            text += base64url_letters[(bits >> count) & 0x3F];
        }
    }
    if (count > 0) {
        text += base64url_letters[(bits << (6 - count)) & 0x3F];
    }
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    static constexpr auto values = values_of_letters();
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;  // of bits that belong to no whole byte yet
    for (char letter : text) {
        const auto value = values[static_cast<unsigned char>(letter)];
        if (value == no_letter) {
            return std::nullopt;
        }
        bits = (bits << 6) | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count);
        }
    }
    if ((bits & ((1U << count) - 1)) != 0) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace repartee::accounts
