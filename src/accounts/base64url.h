// Base64 as tokens and keys have it (RFC 4648, section 5, without padding). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace repartee::accounts {

std::string to_base64url(std::string_view bytes);

// Only what to_base64url would have written: nothing for other characters, padding, a length that no bytes
// have, or loose bits behind the last byte. So two texts never mean the same bytes.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace repartee::accounts
