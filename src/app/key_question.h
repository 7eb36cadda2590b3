// A question at a terminal that one key answers.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace repartee::app {

enum class KeyAnswer {
    Yes,        // Enter or y
    No,         // n or Escape
    Nobody,     // the time was over, or the terminal has gone
    Interrupt,  // Ctrl-C
};

// What somebody has pressed, as it comes from a terminal: the first key that is an answer. Nothing where all
// are others, such as arrows. Pure.
std::optional<KeyAnswer> answer_of(std::string_view pressed);

// Standard input and output are a terminal. Keys that were pressed before the question do not count. Blocks.
KeyAnswer ask(std::string_view question, std::chrono::milliseconds patience);

}  // namespace repartee::app
