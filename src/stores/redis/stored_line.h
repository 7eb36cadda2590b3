// A message of a session as it lies in Redis: "12 u 8c1f-7 What time is it?": its position, who said it,
// which append brought it, and the text, which may have any bytes. Pure.
#pragma once

#include "vocabulary/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::stores::redis {

struct StoredLine {
    std::int64_t position = 0;
    Message message;
};

// `append`: without spaces; tells an append that is sent once more from another with the same words.
std::string encode_line(std::int64_t position, std::string_view append, const Message& message);
// The same without its position and the space behind that: Redis knows it.
std::string encode_line(std::string_view append, const Message& message);
// Nothing for what is no such line.
std::optional<StoredLine> decode_line(std::string_view line);

}  // namespace repartee::stores::redis
