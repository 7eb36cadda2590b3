// Vectors that come from outside as JSON: checked, and brought to length 1. For the embedders over the
// network. Pure; nothing throws.
#pragma once

#include "engines/embedder.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <atomic>
#include <optional>

namespace repartee::engines {

// What of a text is sent, as valid UTF-8: models read so many bytes, or cut by themselves. A text without a
// word is a blank, because some servers refuse nothing at all.
std::string text_to_send(std::string_view text, std::size_t longest);

// Larger than any model's.
inline constexpr std::size_t largest_dimension = 16'384;

// The same direction with length 1; nothing for one without a direction, or with what is no number in it.
std::optional<Embedding> unit_vector(Embedding vector);

// From a list of numbers, or from OpenAI's other form: Base64 of float32, the lowest byte first. Nothing for
// anything else.
std::optional<Embedding> embedding_in(const boost::json::value& value);

// The dimension of the first vectors that came: others cannot be compared with them. Any thread.
class SteadyDimension {
public:
    // False when these have another one, or not all the same.
    bool takes(const std::vector<Embedding>& vectors);
    std::size_t value() const { return known_; }  // 0: none has come

private:
    std::atomic<std::size_t> known_{0};
};

}  // namespace repartee::engines
