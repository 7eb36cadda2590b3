// What a model is told about the person it talks with, beside their words. Pure.
#pragma once

#include "stores/memories.h"
#include "stores/session_memory.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::memory {

// The profile, a summary of what was said earlier and what is remembered, as a text for the prompt; empty
// where there is nothing. Memories and summaries are what somebody said or wrote: they are quoted as JSON
// strings and introduced as notes, so that nothing in them reads as an instruction.
std::string background_of(std::string_view profile, std::string_view summary,
                          const std::vector<stores::FoundMemory>& facts);

// Text from outside, as a JSON string on one line, of at most so many bytes of it.
std::string quoted(std::string_view text, std::size_t longest);

// How many messages a model is shown word for word, at most.
constexpr std::size_t most_shown(std::size_t window) {
    return 2 * window;
}

// The last messages of a session, as many as a model is shown word for word: `window` of them, more where a
// summary does not reach so far (which waits for a while), never more than `most_shown`, and less where they
// are very long.
std::vector<Message> shown_of(const stores::SessionContent& content, std::size_t window,
                              std::int64_t summarised);

}  // namespace repartee::memory
