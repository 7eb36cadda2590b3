// Reads one JSON object that a model may have written in place of an answer (written_calls.h says which).
// Internal to this folder. Pure; whatever comes in, nothing here throws.
#pragma once

#include "conversation/written_calls.h"

#include <optional>
#include <string_view>

namespace repartee::conversation {

struct FoundReply {
    WrittenReply reply;
    bool if_alone = false;  // it is one only if the model has written nothing else
};

// Of a value with its closing bracket; nothing for JSON that is something else.
std::optional<FoundReply> written_reply(std::string_view value);

// Of a value without its end, or with mistakes in it: the message alone.
std::optional<WrittenReply> broken_reply(std::string_view value);

}  // namespace repartee::conversation
