// What a field allows: its range or its choices, checked and put into words.
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

bool within_range(double value, const FieldAbout& about);
bool within_range(std::int64_t value, const FieldAbout& about);
// Also refuses what is below zero: time does not run backwards in settings, even where nobody says so.
bool within_range(std::chrono::milliseconds value, const FieldAbout& about);

template <class T>
std::optional<T> if_within_range(std::optional<T> value, const FieldAbout& about) {
    return value && within_range(*value, about) ? value : std::nullopt;
}

// "1 to 65535", "at least 1", "at most 9"; empty when every number will do.
std::string number_range(const FieldAbout& about);
std::string duration_range(const FieldAbout& about);

// "a number from 1 to 9", "a number, at least 1", "a number".
std::string with_range(std::string_view noun, const std::string& range);

// The choice that `text` means, in the spelling of the choice; case does not count. Without choices
// it is the text itself.
std::optional<std::string> if_chosen(std::string_view text, const FieldAbout& about);
std::optional<std::vector<std::string>> if_all_chosen(std::vector<std::string> texts,
                                                      const FieldAbout& about);

// "auto", "ollama", "rules": in quotes, with commas between.
std::string choices_text(const FieldAbout& about);

}  // namespace repartee::config
