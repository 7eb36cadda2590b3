// Single values as text: how people write them in variables, and how the settings file writes them.
// Pure functions; "nothing" means that the text is no such value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

std::string_view trimmed(std::string_view text);

// true, yes, on, 1, t, y and their opposites, in any case.
std::optional<bool> boolean_from(std::string_view text);

std::optional<std::int64_t> whole_number_from(std::string_view text);

// Finite ones only.
std::optional<double> number_from(std::string_view text);

// "250ms", "1.5s", "2min", "1h"; a bare number counts `unit`. Rounded to milliseconds; up to a
// thousand years either way.
std::optional<std::chrono::milliseconds> duration_from(std::string_view text, std::chrono::milliseconds unit);
std::optional<std::chrono::milliseconds> duration_from(double number, std::chrono::milliseconds unit);

// The text of a JSON array of texts, or words between commas; empty words do not count.
std::optional<std::vector<std::string>> list_from(std::string_view text);

// "2min", "1.5s", "250ms": what `duration_from` reads back exactly.
std::string duration_text(std::chrono::milliseconds duration);

// "seconds": what a bare number counts.
std::string unit_name(std::chrono::milliseconds unit);

// 0.85 or 120.0: never without a point or an exponent, which would be a whole number.
std::string number_text(double number);

// In quotes, escaped as TOML wants it. Bytes that are no UTF-8 become replacement characters.
std::string in_quotes(std::string_view text);

// A bare key where that is possible, else in quotes.
std::string key_text(std::string_view name);

}  // namespace repartee::config
