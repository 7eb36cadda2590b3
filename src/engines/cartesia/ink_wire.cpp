#include "engines/cartesia/ink_wire.h"

#include "engines/cartesia/cartesia_error.h"
#include "engines/heard_words.h"
#include "engines/json_parts.h"

#include <fmt/format.h>

namespace repartee::engines::cartesia {

namespace {

// Silence that keeps the connection: a tenth of a second of it.
constexpr std::size_t keepalive_bytes = audio::speech_rate / 10 * sizeof(audio::Sample);

// More text than this has never been said in one utterance.
constexpr std::size_t longest_transcript = 256 << 10;  // bytes

}  // namespace

std::string ink_url(const CartesiaSettings& settings, const Language& language) {
    return socket_url(base_of(settings),
                      fmt::format("/stt/websocket?model={}&language={}&encoding=pcm_s16le&sample_rate={}",
                                  query_value(settings.recogniser_model),
                                  query_value(primary_subtag(language)), audio::speech_rate));
}

const std::vector<Language>& ink_languages() {
    static const std::vector<Language> languages{
        "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl", "ca", "nl", "ar",  "sv", "it", "id",
        "hi", "fi", "vi", "he", "uk", "el", "ms", "cs", "ro", "da", "hu", "ta", "no", "th",  "ur", "hr", "bg",
        "lt", "la", "mi", "ml", "cy", "sk", "te", "fa", "lv", "bn", "sr", "az", "sl", "kn",  "et", "mk", "br",
        "eu", "is", "hy", "ne", "mn", "bs", "kk", "sq", "sw", "gl", "mr", "pa", "si", "km",  "sn", "yo", "so",
        "af", "oc", "ka", "be", "tg", "sd", "gu", "am", "yi", "lo", "uz", "fo", "ht", "ps",  "tk", "nn", "mt",
        "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "ln", "ha", "ba", "jw", "su", "yue", "haw"};
    return languages;
}

std::vector<net::WsMessage> InkWire::closing() {
    closing_ = true;
    // The first word has everything understood, the second ends the session. Servers of different ages
    // answer the one or the other more clearly.
    return {{.data = "finalize"}, {.data = "close"}};
}

net::WsMessage InkWire::keepalive() const {
    return {.binary = true, .data = std::string(keepalive_bytes, '\0')};
}

Result<HearingWire::Progress> InkWire::take(const net::WsMessage& message) {
    auto event = message.binary ? std::nullopt : object_in(message.data);
    if (!event) {
        return nonsense(message.data.size());
    }
    auto type = text_at(*event, "type");
    if (type == "transcript") {
        return take_transcript(*event);
    }
    if (type == "flush_done") {
        flushed_ = closing_;
        return progress();
    }
    if (type == "done") {
        return Progress::Complete;
    }
    if (type == "error") {
        return error_in(*event, provider_);
    }
    return Progress::Nothing;
}

Result<HearingWire::Progress> InkWire::take_transcript(const boost::json::object& event) {
    auto text = text_at(event, "text");
    if (settled_.size() + text.size() > longest_transcript) {
        return Error{ErrorKind::ProviderBroke, "Cartesia answered something that makes no sense.",
                     "a transcript without end"};
    }
    if (auto language = text_at(event, "language"); !language.empty()) {
        language_ = language;
    }
    if (!flag_at(event, "is_final")) {
        if (text.empty()) {
            return Progress::Nothing;
        }
        tail_ = text;
        return Progress::News;
    }
    settled_ += text;
    tail_.clear();
    final_since_closing_ = closing_;
    if (const auto* words = array_at(event, "words")) {
        for (const auto& entry : *words) {
            const auto* word = entry.if_object();
            auto start = word ? number_at(*word, "start") : std::nullopt;
            auto end = word ? number_at(*word, "end") : std::nullopt;
            auto start_time = time_from_seconds(start.value_or(-1));
            auto end_time = time_from_seconds(end.value_or(-1));
            if (start_time && end_time) {
                words_.push_back({std::string(text_at(*word, "word")), *start_time, *end_time});
            }
        }
    }
    auto now = progress();
    return now == Progress::Nothing ? Progress::News : now;
}

HearingWire::Progress InkWire::progress() const {
    if (!flushed_) {
        return Progress::Nothing;
    }
    // Documents disagree about which of the two comes first.
    return final_since_closing_ ? Progress::Complete : Progress::AllButCertain;
}

Transcript InkWire::heard() const {
    auto all = settled_ + tail_;
    auto text = trimmed(all);
    return {.text = std::string(text), .language = language_, .words = words_of(text, words_)};
}

}  // namespace repartee::engines::cartesia
