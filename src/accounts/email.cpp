#include "accounts/email.h"

#include "base/utf8.h"

#include <fmt/format.h>

namespace repartee::accounts {

namespace {

bool has_control_characters(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_utf8(text, at);
        if (character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0)) {
            return true;
        }
        at += character.length;
    }
    return false;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const auto first = text.find_first_not_of(space);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(space) + 1 - first);
}

}  // namespace

Result<std::string> read_name(std::string_view text, std::string_view what, std::size_t longest) {
    text = trimmed(text);
    if (text.size() > longest) {
        return Error{ErrorKind::Unprocessable, fmt::format("{} has at most {} bytes.", what, longest), {}};
    }
    if (!is_utf8(text)) {
        return Error{ErrorKind::Unprocessable, fmt::format("{} has to be text in UTF-8.", what), {}};
    }
    if (has_control_characters(text)) {
        return Error{ErrorKind::Unprocessable, fmt::format("{} has no control characters.", what), {}};
    }
    return std::string(text);
}

Result<Email> read_email(std::string_view text) {
    auto address = read_name(text, "An e-mail address", longest_email);
    if (!address) {
        return address.error();
    }
    if (address->empty()) {
        return Error{ErrorKind::Unprocessable, "The e-mail address is empty.", {}};
    }
    auto key = *address;
    for (char& letter : key) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return Email{std::move(*address), std::move(key)};
}

}  // namespace repartee::accounts
