#include "surfaces/voice_ai/stream_description.h"

#include <boost/json/parse.hpp>

namespace repartee::surfaces::voice_ai {

namespace {

constexpr std::string_view stream_words = R"(## The stream

`WS /api/v1/ws/stream` is for talking without asking anew each time. A token or API key goes as `?token=` or in the
`Authorization` header; a bad one closes the socket with 1008. Text frames are JSON objects:

| Sent | Answered |
|---|---|
| `{"type":"text","content":"Call Mom"}` | one `{"message":"...","action":null}` for each turn, with an action where the client is to do something |
| `{"type":"audio","content":"<base64>"}`, or a binary frame: WAV, WebM, Ogg, or 16-bit mono PCM at 16 kHz without a head | the same with the `transcript`, once the speaker has finished or `"final":true` says so |
| no JSON | `{"error":"Invalid JSON"}`; the socket stays |

`?tts=1` has the answer spoken, too, as frames of type `tts_audio`; `?timeline=1` tells when what happened. All messages are
described under `x-websocket` of this document.)";

// JSON Schema, like the rest of the document.
constexpr std::string_view stream_messages = R"json({
  "/api/v1/ws/stream": {
    "summary": "Talking by voice and text",
    "parameters": [
      {"name": "token", "in": "query", "required": false, "schema": {"type": "string"},
       "description": "An access token or an API key with the scope `chat`, for who cannot set a header."},
      {"name": "session_id", "in": "query", "required": false, "schema": {"type": "string", "maxLength": 200},
       "description": "Goes on with a conversation; without it, each socket is one of its own."},
      {"name": "tts", "in": "query", "required": false, "schema": {"type": "string", "enum": ["1"]},
       "description": "The answer is also spoken, in `tts_audio` frames."},
      {"name": "timeline", "in": "query", "required": false, "schema": {"type": "string", "enum": ["1"]},
       "description": "Tells behind each answer when what happened."}
    ],
    "send": [
      {"type": "object", "title": "StreamText", "required": ["type", "content"],
       "properties": {"type": {"const": "text"}, "content": {"type": "string", "maxLength": 16384}}},
      {"type": "object", "title": "StreamAudio", "required": ["type", "content"],
       "properties": {"type": {"const": "audio"}, "content": {"type": "string", "contentEncoding": "base64"},
                      "final": {"type": "boolean", "description": "The utterance ends here."}}}
    ],
    "receive": [
      {"type": "object", "title": "StreamReply", "required": ["message", "action"],
       "properties": {"message": {"type": "string"},
                      "action": {"anyOf": [{"$ref": "#/components/schemas/Action"}, {"type": "null"}]},
                      "transcript": {"type": "string", "description": "What was heard, where sound was sent."}}},
      {"type": "object", "title": "StreamError", "required": ["error"], "properties": {"error": {"type": "string"}}},
      {"type": "object", "title": "StreamSpeech", "required": ["type", "format", "sample_rate", "seq", "content"],
       "properties": {"type": {"const": "tts_audio"}, "format": {"const": "pcm_s16le"},
                      "sample_rate": {"type": "integer"}, "seq": {"type": "integer"},
                      "content": {"type": "string", "contentEncoding": "base64"}}}
    ]
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
