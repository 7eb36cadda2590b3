#include "engines/openai_stt/openai_stt_wire.h"

#include "audio/wav.h"
#include "engines/heard_words.h"
#include "engines/json_parts.h"
#include "engines/provider.h"
#include "engines/whole_characters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace repartee::engines::openai_stt {

namespace json = boost::json;

namespace {

// Shorter recordings are refused by some, and none has a word in it.
constexpr std::size_t shortest_sound = audio::speech_rate / 5;  // samples

// More text than this has never been said in one utterance.
constexpr std::size_t longest_transcript = 256 << 10;  // bytes

// What Whisper says of text that it made up: that there was hardly speech and that it is unsure, or that it
// repeats itself.
constexpr double likely_silence = 0.6;
constexpr double unsure = -1.0;
constexpr double repetitive = 2.4;

std::string clean(std::string_view bytes) {
    WholeCharacters characters;
    auto text = characters.take(bytes);
    return text + characters.finish();
}

bool is_made_up(const json::object& segment) {
    auto silence = number_at(segment, "no_speech_prob").value_or(0);
    auto confidence = number_at(segment, "avg_logprob").value_or(0);
    auto repetition = number_at(segment, "compression_ratio").value_or(0);
    return (silence > likely_silence && confidence < unsure) || repetition > repetitive;
}

// Whisper says "hindi" where we say "hi". Others say "hi" themselves.
Language language_named(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 24> names{
        {{"english", "en"},  {"hindi", "hi"},   {"german", "de"},     {"french", "fr"},
         {"spanish", "es"},  {"italian", "it"}, {"portuguese", "pt"}, {"dutch", "nl"},
         {"polish", "pl"},   {"russian", "ru"}, {"ukrainian", "uk"},  {"turkish", "tr"},
         {"arabic", "ar"},   {"chinese", "zh"}, {"japanese", "ja"},   {"korean", "ko"},
         {"bengali", "bn"},  {"tamil", "ta"},   {"telugu", "te"},     {"marathi", "mr"},
         {"gujarati", "gu"}, {"urdu", "ur"},    {"swedish", "sv"},    {"indonesian", "id"}}};
    auto found = std::ranges::find(names, name, [](const auto& entry) { return entry.first; });
    if (found != names.end()) {
        return Language(found->second);
    }
    return name.size() <= 3 ? Language(name) : Language();
}

std::vector<Word> words_in(const json::object& reply) {
    std::vector<Word> words;
    if (const auto* list = array_at(reply, "words")) {
        for (const auto& entry : *list) {
            const auto* word = entry.if_object();
            auto start = word ? time_from_seconds(number_at(*word, "start").value_or(-1)) : std::nullopt;
            auto end = word ? time_from_seconds(number_at(*word, "end").value_or(-1)) : std::nullopt;
            if (!start || !end) {
                return {};
            }
            words.push_back({clean(text_at(*word, "word")), *start, *end});
        }
    }
    return words;
}

Error nonsense(std::size_t bytes) {
    return {ErrorKind::ProviderBroke, "The transcription server answered something that makes no sense.",
            fmt::format("no text in {} bytes", bytes)};
}

}  // namespace

std::string_view path_for(const RecognitionRequest& request) {
    return wants_translation(request) ? "/audio/translations" : "/audio/transcriptions";
}

std::string form_of(const OpenAiSttSettings& settings, const RecognitionRequest& request,
                    std::span<const audio::Sample> sound, Form form, std::string_view boundary) {
    std::string body;
    auto field = [&](std::string_view name, std::string_view value) {
        fmt::format_to(std::back_inserter(body),
                       "--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name,
                       value);
    };
    bool translates = wants_translation(request);
    field("model",
          translates && !settings.translation_model.empty() ? settings.translation_model : settings.model);
    field("response_format", "json");
    if (auto primary = primary_subtag(request.language); !primary.empty() && !translates) {
        field("language", primary);
    }
    if (!settings.prompt.empty()) {
        field("prompt", settings.prompt);
    }
    if (form == Form::Streamed && !translates) {
        field("stream", "true");
    }
    audio::Pcm recording{.samples = {sound.begin(), sound.end()}};
    recording.samples.resize(std::max(recording.samples.size(), shortest_sound));
    // The name tells some servers what it is.
    fmt::format_to(std::back_inserter(body),
                   "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"audio.wav\"\r\n"
                   "Content-Type: audio/wav\r\n\r\n",
                   boundary);
    body += audio::write_wav(recording);
    fmt::format_to(std::back_inserter(body), "\r\n--{}--\r\n", boundary);
    return body;
}

bool refuses_streaming(int status, std::string_view complaint) {
    return (status == 400 || status == 422 || status == 501) &&
           complaint.find("stream") != std::string_view::npos;
}

bool refuses_translation(int status) {
    return status == 404 || status == 405 || status == 501;
}

Result<Transcript> transcript_in(std::string_view body, bool is_json) {
    auto begin = body.find_first_not_of(" \t\r\n");
    bool looks_like_json = begin != std::string_view::npos && body[begin] == '{';
    if (!is_json && !looks_like_json) {
        if (begin != std::string_view::npos && body[begin] == '<') {
            return nonsense(body.size());
        }
        return Transcript{.text = tidy(clean(body)), .is_final = true};
    }
    auto reply = object_in(body);
    if (!reply || !reply->contains("text")) {
        return nonsense(body.size());
    }
    Transcript transcript{.text = tidy(clean(text_at(*reply, "text"))), .is_final = true};
    if (const auto* segments = array_at(*reply, "segments"); segments && !segments->empty()) {
        std::string kept;
        bool whole = true;
        for (const auto& entry : *segments) {
            const auto* segment = entry.if_object();
            if (segment && !is_made_up(*segment)) {
                kept += clean(text_at(*segment, "text"));
            } else {
                whole = false;
            }
        }
        if (!whole) {
            transcript.text = tidy(kept);
        }
    }
    transcript.language = language_named(text_at(*reply, "language"));
    transcript.words = words_of(transcript.text, words_in(*reply));
    return transcript;
}

Result<void> TextEvents::take(std::string_view event) {
    if (event == "[DONE]") {
        ended_ = true;
        return {};
    }
    auto object = object_in(event);
    if (!object) {
        return nonsense(event.size());
    }
    auto type = text_at(*object, "type");
    if (type == "transcript.text.delta") {
        pieces_ += text_at(*object, "delta");
    } else if (type == "transcript.text.done") {
        ended_ = true;
        if (object->contains("text")) {
            pieces_ = text_at(*object, "text");
        }
    } else if (type == "error" || object->contains("error")) {
        return Error{
            ErrorKind::ProviderBroke,
            fmt::format("The transcription server gave up: {}", clean(complaint_in(event)).substr(0, 300)),
            "error event"};
    }
    if (pieces_.size() > longest_transcript) {
        return nonsense(pieces_.size());
    }
    return {};
}

Transcript TextEvents::heard() const {
    return {.text = tidy(clean(pieces_)), .is_final = ended_};
}

std::string tidy(std::string_view text) {
    std::string line(trimmed(text));
    std::string joined;
    for (char c : line) {
        bool is_end = c == '\n' || c == '\r';
        // Pieces begin with a space of their own or stand on lines of their own.
        if (is_end ? !joined.ends_with(' ') : !(c == ' ' && joined.ends_with(' '))) {
            joined += is_end ? ' ' : c;
        }
    }
    bool is_remark = joined.size() > 1 && ((joined.front() == '[' && joined.back() == ']') ||
                                           (joined.front() == '(' && joined.back() == ')') ||
                                           (joined.front() == '*' && joined.back() == '*'));
    return is_remark ? std::string() : joined;
}

}  // namespace repartee::engines::openai_stt
