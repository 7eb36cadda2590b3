#include "surfaces/voice_ai/stream_description.h"

#include <boost/json/parse.hpp>

namespace repartee::surfaces::voice_ai {

namespace {

constexpr std::string_view stream_words = R"(## The stream

`WS /api/v1/ws/stream` is for talking without asking anew each time. A token or API key goes as `?token=` or in the
`Authorization` header; a bad one closes the socket with 1008. All frames that come are text, and objects:

| Sent | Comes |
|---|---|
| `{"type":"text","content":"Call Mom"}` | one `{"message":"...","action":null}` for each turn, with an action where the client is to do something |
| `{"type":"audio","content":"<base64>"}`, or the bytes in a binary frame, in pieces of any size | the same with the `transcript`; where nobody spoke, `{"transcript":"","info":"..."}` |
| no JSON, or what cannot be used | `{"error":"..."}`; the socket stays |

Sound is a file (WAV, WebM, Ogg, MP4, MP3, FLAC), which ends with `"final":true`, with its own length, or after a second
without more of it; or 16-bit mono PCM at 16 kHz without a head, in which utterances are found by their pauses, unless
the first piece says `"final":false`: then it is one utterance up to `"final":true`.

`?tts=1` has the answer spoken, too, as frames of type `tts_audio` before the `message`; `?timeline=1` tells when what
happened. All messages are described under `x-websocket` of this document.)";

// JSON Schema, like the rest of the document.
constexpr std::string_view stream_messages = R"json({
  "/api/v1/ws/stream": {
    "summary": "Talking by voice and text",
    "parameters": [
      {"name": "token", "in": "query", "required": false, "schema": {"type": "string"},
       "description": "An access token, or an API key with the scope `chat`, for who cannot set a header."},
      {"name": "session_id", "in": "query", "required": false, "schema": {"type": "string", "maxLength": 200},
       "description": "Goes on with a conversation; without it, each socket is one of its own."},
      {"name": "tts", "in": "query", "required": false, "schema": {"type": "string", "enum": ["1"]},
       "description": "The answer is also spoken, in `tts_audio` frames."},
      {"name": "timeline", "in": "query", "required": false, "schema": {"type": "string", "enum": ["1"]},
       "description": "Tells behind each answer when what happened."}
    ],
    "send": [
      {"title": "StreamText", "type": "object", "required": ["type", "content"],
       "properties": {"type": {"const": "text"}, "content": {"type": "string", "maxLength": 16384}}},
      {"title": "StreamAudio", "type": "object", "required": ["type", "content"],
       "description": "A binary frame is the same, without `final`.",
       "properties": {"type": {"const": "audio"}, "content": {"type": "string", "contentEncoding": "base64"},
                      "final": {"type": "boolean", "description": "Whether the utterance ends here."}}}
    ],
    "receive": [
      {"title": "StreamReply", "type": "object", "required": ["message", "action"],
       "properties": {"message": {"type": "string", "description": "The answer, ready to be spoken."},
                      "action": {"anyOf": [{"$ref": "#/components/schemas/Action"}, {"type": "null"}]},
                      "transcript": {"type": "string", "description": "What was heard, where sound was sent."}}},
      {"title": "StreamNothingHeard", "type": "object", "required": ["transcript", "info"],
       "properties": {"transcript": {"const": ""}, "info": {"type": "string"}}},
      {"title": "StreamError", "type": "object", "required": ["error"],
       "properties": {"error": {"type": "string"}}},
      {"title": "StreamSpeech", "type": "object", "required": ["type", "format", "sample_rate", "seq", "content"],
       "properties": {"type": {"const": "tts_audio"}, "format": {"const": "pcm_s16le"},
                      "sample_rate": {"type": "integer"},
                      "seq": {"type": "integer", "description": "0, 1, 2 ... within an answer."},
                      "content": {"type": "string", "contentEncoding": "base64"}}},
      {"title": "StreamTimeline", "type": "object", "required": ["type", "outcome", "moments"],
       "properties": {"type": {"const": "timeline"}, "outcome": {"enum": ["complete", "interrupted", "failed"]},
                      "moments": {"type": "object", "additionalProperties": {"type": "number"},
                                  "description": "Milliseconds since the first of them."}}}
    ],
    "close": {"1008": "The token is good for nothing, any more.", "1012": "The server is about to stop.",
              "1013": "The database or the language model cannot be reached, or there were too many tries."}
  }
})json";

}  // namespace

std::string_view stream_introduction() {
    return stream_words;
}

boost::json::object stream_description() {
    return boost::json::parse(stream_messages).get_object();
}

}  // namespace repartee::surfaces::voice_ai
