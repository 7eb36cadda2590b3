// Asks for a password at a terminal, which does not show it, or reads it from standard input. Never from the
// command line, where everybody on the machine would see it.
#pragma once

#include "base/secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace repartee::app {

// A line that is typed unseen, key by key. Pure.
class UnseenLine {
public:
    enum class State { Typing, Entered, GivenUp };

    // Backspace takes back a character, Ctrl-U all of them, Enter ends it, Ctrl-C and Ctrl-D give it up. Keys
    // past the end count for nothing.
    State press(char key);
    const std::string& text() const { return text_; }

private:
    State state_ = State::Typing;
    std::string text_;
};

// A new password: asked for twice at a terminal, else the first line of standard input. Throws
// Failure{Unprocessable} when nothing comes, the two differ, or it is none (accounts/password_hasher.h), and
// Cancelled when it was given up. Blocks.
Secret ask_for_new_password(std::string_view for_whom);

}  // namespace repartee::app
