// A terminal on standard input as a question wants it, for as long as this lives: keys come one by one and
// are not shown, Ctrl-C among them, so that the terminal is put right whatever is pressed. Does nothing where
// standard input is no terminal.
#pragma once

#include <termios.h>
#include <unistd.h>

namespace repartee::app {

class UnseenKeys {
public:
    UnseenKeys() {
        known_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        auto raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        if (known_) {
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
        }
    }
    UnseenKeys(const UnseenKeys&) = delete;
    UnseenKeys& operator=(const UnseenKeys&) = delete;
    ~UnseenKeys() {
        if (known_) {
            ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
        }
    }

private:
    termios before_{};
    bool known_ = false;
};

}  // namespace repartee::app
