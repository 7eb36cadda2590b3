// Small questions about header values, asked by several files of this folder.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace repartee::net {

// ASCII only, as HTTP wants it: the locale has no say.
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

// What a name may be made of. A table, because every byte of every header name is asked about.
inline constexpr auto token_characters = [] {
    std::array<bool, 256> table{};
    for (int c = 0; c < 128; ++c) {
        table[static_cast<std::size_t>(c)] =
            is_digit(static_cast<char>(c)) || is_letter(static_cast<char>(c)) ||
            std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
    }
    return table;
}();

constexpr bool is_token_character(char c) {
    return token_characters[static_cast<unsigned char>(c)];
}

constexpr bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

// The tabulator is none. Bytes above 127 are opaque, as the RFC has them.
constexpr bool is_control_character(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

constexpr bool equal_without_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

constexpr std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

// Takes the next element off a comma-separated list.
constexpr std::string_view next_element(std::string_view& list) {
    auto comma = list.find(',');
    auto element = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    return element;
}

// Whether a comma-separated list such as "keep-alive, Upgrade" names `token`.
constexpr bool names_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        if (equal_without_case(next_element(list), token)) {
            return true;
        }
    }
    return false;
}

}  // namespace repartee::net
