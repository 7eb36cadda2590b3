// The last step before the synthesiser: characters that can be said, and nothing else. Takes text
// without block marks, links and tags (markup.h).
#pragma once

#include <string>
#include <string_view>

namespace repartee::conversation {

// URLs as their host, e-mail addresses with "at", no emoticons, no words too long to be words.
std::string with_sayable_addresses(std::string_view text);

// Letters, digits and punctuation: no pictographs, no invisible characters, no signs of markup;
// quotes straight, white space single, none before punctuation. Empty if no letter or digit is left.
std::string with_sayable_characters(std::string_view text);

}  // namespace repartee::conversation
