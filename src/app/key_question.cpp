#include "app/key_question.h"

#include "app/unseen_keys.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <iostream>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace repartee::app {

namespace {

constexpr char control_c = 3;
constexpr char end_of_text = 4;
constexpr char escape = 27;

// For what follows an Escape that is the beginning of another key.
constexpr std::chrono::milliseconds rest_of_a_key{50};

// False when nothing has come by then.
bool wait_for_input(std::chrono::steady_clock::time_point by) {
    for (;;) {
        auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(by - std::chrono::steady_clock::now());
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        auto ready = ::poll(&input, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
        if (ready >= 0 || errno != EINTR) {
            return ready > 0;
        }
    }
}

// Adds what can be read; false at the end of the input.
bool read_more(std::string& pressed) {
    std::array<char, 32> room{};
    auto count = ::read(STDIN_FILENO, room.data(), room.size());
    if (count > 0) {
        pressed.append(room.data(), static_cast<std::size_t>(count));
    }
    return count > 0 || (count < 0 && errno == EINTR);
}

// Of a key that begins with Escape, what follows it: "[A" of an arrow, "[3~", "OP"; a letter with Alt.
std::string_view behind_the_key(std::string_view rest) {
    bool sequence = rest.front() == '[' || rest.front() == 'O';
    rest.remove_prefix(1);
    while (sequence && !rest.empty()) {
        bool last = rest.front() >= '@' && rest.front() <= '~';
        rest.remove_prefix(1);
        sequence = !last;
    }
    return rest;
}

}  // namespace

std::optional<KeyAnswer> answer_of(std::string_view pressed) {
    while (!pressed.empty()) {
        auto key = pressed.front();
        pressed.remove_prefix(1);
        switch (key) {
            case '\r':
            case '\n':
            case 'y':
            case 'Y': return KeyAnswer::Yes;
            case 'n':
            case 'N': return KeyAnswer::No;
            case control_c: return KeyAnswer::Interrupt;
            case end_of_text: return KeyAnswer::Nobody;
            case escape:
                if (pressed.empty()) {
                    return KeyAnswer::No;
                }
                pressed = behind_the_key(pressed);
                break;
            default: break;
        }
    }
    return std::nullopt;
}

KeyAnswer ask(std::string_view question, std::chrono::milliseconds patience) {
    UnseenKeys terminal;
    std::cout << question << std::flush;
    const auto by = std::chrono::steady_clock::now() + patience;
    std::string pressed;
    while (wait_for_input(by) && read_more(pressed)) {
        if (pressed == std::string(1, escape) &&
            wait_for_input(std::chrono::steady_clock::now() + rest_of_a_key)) {
            read_more(pressed);
        }
        if (auto answer = answer_of(pressed)) {
            return *answer;
        }
        pressed.clear();
    }
    return KeyAnswer::Nobody;
}

}  // namespace repartee::app
