#include "app/password_question.h"

#include "accounts/password_hasher.h"
#include "app/unseen_keys.h"
#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <unistd.h>

namespace repartee::app {

namespace {

constexpr char key_interrupt = 3;
constexpr char key_end_of_input = 4;
constexpr char key_backspace = 8;
constexpr char key_erase_line = 21;
constexpr char key_delete = 127;

// More than any password has; what is longer is cut, and refused for its length.
constexpr std::size_t longest_line = 4 * accounts::longest_password;

// Nothing at the end of the input.
std::optional<char> next_byte() {
    for (;;) {
        char byte = 0;
        const auto count = ::read(STDIN_FILENO, &byte, 1);
        if (count == 1) {
            return byte;
        }
        if (count == 0 || errno != EINTR) {
            return std::nullopt;
        }
    }
}

std::string typed(std::string_view question) {
    std::cout << question << std::flush;
    UnseenLine line;
    auto state = UnseenLine::State::Typing;
    while (state == UnseenLine::State::Typing) {
        state = line.press(next_byte().value_or(key_end_of_input));
    }
    std::cout << "\n" << std::flush;
    if (state == UnseenLine::State::GivenUp) {
        throw Failure(ErrorKind::Cancelled, "given up; nothing has been changed.");
    }
    return line.text();
}

std::string first_line() {
    std::string line;
    for (;;) {
        const auto byte = next_byte();
        if (!byte || *byte == '\n') {
            break;
        }
        if (line.size() < longest_line) {
            line += *byte;
        }
    }
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

}  // namespace

UnseenLine::State UnseenLine::press(char key) {
    if (state_ != State::Typing) {
        return state_;
    }
    switch (key) {
        case '\r':
        case '\n': state_ = State::Entered; break;
        case key_interrupt:
        case key_end_of_input: state_ = State::GivenUp; break;
        case key_erase_line: text_.clear(); break;
        case key_backspace:
        case key_delete:
            // All bytes of a character.
            while (!text_.empty() && (static_cast<unsigned char>(text_.back()) & 0xC0) == 0x80) {
                text_.pop_back();
            }
            if (!text_.empty()) {
                text_.pop_back();
            }
            break;
        default:
            if (text_.size() < longest_line) {
                text_ += key;
            }
    }
    return state_;
}

Secret ask_for_new_password(std::string_view for_whom) {
    if (::isatty(STDIN_FILENO) == 0) {
        Secret password(first_line());
        if (password.empty()) {
            throw Failure(ErrorKind::Unprocessable,
                          "the password is expected on standard input, and nothing came.");
        }
        accounts::check_new_password(password).value();
        return password;
    }
    const UnseenKeys unseen;
    Secret password(typed(fmt::format("Password for {}: ", for_whom)));
    accounts::check_new_password(password).value();
    if (typed("The same again: ") != password.reveal()) {
        throw Failure(ErrorKind::Unprocessable, "the two are not the same; nothing has been changed.");
    }
    return password;
}

}  // namespace repartee::app
