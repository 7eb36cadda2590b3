#include "mcp/protocol.h"

#include "base/utf8.h"

#include <algorithm>

namespace repartee::mcp {

namespace {

constexpr std::size_t longest_session_id = 1024;  // bytes

constexpr std::string_view wrapping = "=?base64?";
constexpr std::string_view wrapping_end = "?=";

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(std::string_view bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        auto letters = std::min<std::size_t>(bytes.size() - at, 3) + 1;
        for (std::size_t i = 0; i < 4; ++i) {
            text += i < letters ? alphabet[group >> (18 - 6 * i) & 0x3F] : '=';
        }
    }
    return text;
}

// Only what to_base64 would have written.
std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        auto quartet = text.substr(at, 4);
        auto letters = quartet.find('=');
        letters = letters == std::string_view::npos ? 4 : letters;
        bool padded_well = quartet.find_first_not_of('=', letters) == std::string_view::npos &&
                           (letters == 4 || at + 4 == text.size());
        if (letters < 2 || !padded_well) {
            return std::nullopt;
        }
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            auto digit = i < letters ? alphabet.find(quartet[i]) : 0;
            if (digit == std::string_view::npos) {
                return std::nullopt;
            }
            group = group << 6 | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t i = 0; i < letters - 1; ++i) {
            bytes += static_cast<char>(group >> (16 - 8 * i) & 0xFF);
        }
    }
    return to_base64(bytes) == text ? std::optional(bytes) : std::nullopt;
}

bool looks_wrapped(std::string_view text) {
    return text.size() >= wrapping.size() + wrapping_end.size() && text.starts_with(wrapping) &&
           text.ends_with(wrapping_end);
}

bool can_be_a_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; }) &&
           !text.starts_with(' ') && !text.ends_with(' ');
}

}  // namespace

bool is_legacy_version(std::string_view version) {
    return std::ranges::find(versions::legacy, version) != versions::legacy.end();
}

std::optional<Era> era_of(std::string_view version) {
    if (version == versions::modern) {
        return Era::Modern;
    }
    return is_legacy_version(version) ? std::optional(Era::Legacy) : std::nullopt;
}

std::string to_header_value(std::string_view text) {
    if (can_be_a_value(text) && !looks_wrapped(text)) {
        return std::string(text);
    }
    return std::string(wrapping) + to_base64(text) + std::string(wrapping_end);
}

std::optional<std::string> from_header_value(std::string_view value) {
    if (!looks_wrapped(value)) {
        return std::string(value);
    }
    value.remove_prefix(wrapping.size());
    value.remove_suffix(wrapping_end.size());
    auto text = from_base64(value);
    return text && is_utf8(*text) ? text : std::nullopt;
}

bool is_session_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_session_id &&
           std::ranges::all_of(text, [](char c) { return c >= 0x21 && c <= 0x7E; });
}

}  // namespace repartee::mcp
