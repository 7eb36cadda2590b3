// What goes to and fro on the stream. Pure.
//
// The published app speaks every `message` aloud and does every `action` at once, and takes nothing but
// objects in text frames: so there is one `message` for each turn, and none for anything else.
#pragma once

#include "conversation/outlet.h"
#include "skills/skill.h"
#include "vocabulary/timeline.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace repartee::surfaces::voice_ai {

// --- client to server ---

struct Words {
    std::string content;
};
struct Sound {
    std::string bytes;
    std::optional<bool> is_final = {};  // as the client said, if it did
};
struct SomethingElse {};  // to be ignored
struct Unusable {
    std::string why;
};
using StreamMessage = std::variant<Words, Sound, SomethingElse, Unusable>;

StreamMessage parse_stream_message(std::string_view text);

// --- server to client ---

// {"message","action"}, and "transcript" where sound was answered.
std::string reply(std::string_view message, const std::optional<skills::ClientAction>& action,
                  const std::optional<std::string>& transcript);
// {"error"}
std::string error(std::string_view why);
// {"transcript":"","info"}: sound came, and nobody spoke.
std::string nothing_heard();
// {"type":"tts_audio","format":"pcm_s16le","sample_rate","seq","content"}
std::string speech(std::string_view samples, int sample_rate, std::uint64_t number);
// {"type":"timeline","outcome","moments"}
std::string timeline(conversation::Outcome outcome, const Timeline& timeline);

// --- both ways to talk ---

bool is_blank(std::string_view text);

// Answered to a message without any words in it.
inline constexpr std::string_view nothing_understood = "I did not catch that. Would you say it again?";

// What is said where a model neither said nor did anything.
std::string worth_saying(std::string text, const std::optional<skills::ClientAction>& action);

}  // namespace repartee::surfaces::voice_ai
