// POST /v1/audio/transcriptions and /v1/audio/translations, without the network: a form with a WAV in it out,
// text in one of several shapes in. Pure; whatever comes in, nothing here throws or asserts.
#pragma once

#include "audio/pcm.h"
#include "engines/openai_stt/openai_stt_settings.h"
#include "engines/recogniser.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace repartee::engines::openai_stt {

enum class Form { Whole, Streamed };

// The path of the request: translations have one of their own.
std::string_view path_for(const RecognitionRequest& request);

// The body of the request. `boundary` does not occur in it otherwise: long and random. A translation is
// asked for without the language that is spoken, and comes whole.
std::string form_of(const OpenAiSttSettings& settings, const RecognitionRequest& request,
                    std::span<const audio::Sample> sound, Form form, std::string_view boundary);

// A refusal that is about streaming: the same without may succeed.
bool refuses_streaming(int status, std::string_view complaint);

// A refusal of a translation by a server that translates nothing, whatever the sound.
bool refuses_translation(int status);

// A reply of status 200 that came whole: {"text":...}, the same with segments and words, or plain text.
// ProviderBroke for what is none of these.
Result<Transcript> transcript_in(std::string_view body, bool is_json);

// A reply that comes as events.
class TextEvents {
public:
    // An Error of kind ProviderBroke for an event that reports one.
    Result<void> take(std::string_view event);

    bool ended() const { return ended_; }
    // As far as it has come.
    Transcript heard() const;

private:
    std::string pieces_;
    bool ended_ = false;
};

// Text as people write it: without the white space around it and the line ends in it. Empty for what is a
// remark about the sound and no speech: "[BLANK_AUDIO]", "(music)".
std::string tidy(std::string_view text);

}  // namespace repartee::engines::openai_stt
