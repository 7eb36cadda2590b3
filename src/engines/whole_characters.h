// Cuts a stream of text at characters: what comes in may end in the middle of one, what goes out does
// not. Pure.
#pragma once

#include <string>
#include <string_view>

namespace repartee::engines {

class WholeCharacters {
public:
    // All characters that are complete by now. Up to three bytes wait for the rest of theirs; bytes
    // that can never become UTF-8 are replaced by U+FFFD.
    std::string take(std::string_view bytes);

    // Nothing more will come: U+FFFD for a character that stayed incomplete, mostly nothing.
    std::string finish();

private:
    std::string pending_;
};

// Enough of a peer's complaint to understand it, in whole characters: it goes to people.
std::string short_complaint(std::string_view complaint);

}  // namespace repartee::engines
