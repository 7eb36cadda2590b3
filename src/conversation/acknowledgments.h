// What listeners say to show that they listen: "mhm", "haan", "okay". It is no interruption. Pure.
#pragma once

#include <string_view>

namespace repartee::conversation {

// Whether all of `text` is such words, in any of the languages we know; recognisers spell them as
// they like. An empty text is none.
bool is_acknowledgment(std::string_view text);

// Whether `text` could still become one: every word of it but the last is such a word, and the last
// begins one. For partial transcripts.
bool may_become_acknowledgment(std::string_view text);

}  // namespace repartee::conversation
