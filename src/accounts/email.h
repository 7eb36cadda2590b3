// What somebody registers and logs in with. The original back end takes any text for an e-mail address, and
// its clients rely on that; so do we, as far as a text can be kept, compared and shown. Pure.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace repartee::accounts {

inline constexpr std::size_t longest_email = 320;      // bytes
inline constexpr std::size_t longest_full_name = 300;  // bytes

struct Email {
    std::string address;  // as it was typed, without space around it
    // By which it is unique: ASCII letters small, all others as they are. "MÜLLER@x" and "müller@x" are two,
    // as are the composed and the decomposed form of one letter: no table of Unicode decides who may come in.
    std::string key;
};

// Unprocessable for what is empty, longer than `longest_email`, no UTF-8, or has control characters.
Result<Email> read_email(std::string_view text);

// The same rules for other names that people choose, such as their own; may be empty.
Result<std::string> read_name(std::string_view text, std::string_view what, std::size_t longest);

}  // namespace repartee::accounts
