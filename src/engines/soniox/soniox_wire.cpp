#include "engines/soniox/soniox_wire.h"

#include "audio/pcm.h"
#include "engines/heard_words.h"
#include "engines/json_parts.h"

#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::soniox {

namespace json = boost::json;

namespace {

// More text than this has never been said in one utterance.
constexpr std::size_t longest_transcript = 1 << 20;  // bytes

bool has_path(std::string_view url) {
    auto parsed = boost::urls::parse_uri(url);
    return parsed && parsed->encoded_path().size() > 1;
}

std::optional<std::chrono::milliseconds> milliseconds_at(const json::object& object, std::string_view key) {
    auto number = number_at(object, key);
    return number ? time_from_seconds(*number / 1000) : std::nullopt;
}

Error error_in(const json::object& event, const Provider& provider) {
    auto code = count_at(event, "error_code");
    auto error = refusal(provider, code > 0 ? code : 500, text_at(event, "error_message"));
    // "Cannot continue the request": somewhere else it can be, at once.
    if (code == 503) {
        error.kind = ErrorKind::ProviderBroke;
    }
    if (auto type = text_at(event, "error_type"); !type.empty()) {
        error.detail += fmt::format(", {}", type.substr(0, 80));
    }
    if (auto id = text_at(event, "request_id"); !id.empty()) {
        error.detail += fmt::format(", request {}", id.substr(0, 80));
    }
    return error;
}

}  // namespace

std::string soniox_url(const SonioxSettings& settings) {
    auto base = provider_of(settings).base_url;
    auto bare = socket_url(base, "");
    return has_path(bare) ? bare : socket_url(base, "/transcribe-websocket");
}

const std::vector<Language>& soniox_languages() {
    static const std::vector<Language> languages{
        "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es",
        "et", "eu", "fa", "fi", "fr", "gl", "gu", "he", "hi", "hr", "hu", "id", "it", "ja", "kk",
        "kn", "ko", "lt", "lv", "mk", "ml", "mr", "ms", "nl", "no", "pa", "pl", "pt", "ro", "ru",
        "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zh"};
    return languages;
}

std::string opening_message(const SonioxSettings& settings, const RecognitionRequest& request) {
    json::object message{{"model", settings.model},
                         {"audio_format", "pcm_s16le"},
                         {"sample_rate", audio::speech_rate},
                         {"num_channels", 1},
                         {"enable_language_identification", true}};
    json::array hints;
    auto hint = [&](std::string_view tag) {
        json::string primary(primary_subtag(tag));
        if (!primary.empty() && std::ranges::find(hints, json::value(primary)) == hints.end()) {
            hints.push_back(primary);
        }
    };
    hint(request.language);
    for (const auto& another : settings.language_hints) {
        hint(another);
    }
    if (!hints.empty()) {
        message["language_hints"] = std::move(hints);
    }
    if (!settings.terms.empty()) {
        message["context"] =
            json::object{{"terms", json::array(settings.terms.begin(), settings.terms.end())}};
    }
    if (wants_translation(request)) {
        message["translation"] =
            json::object{{"type", "one_way"}, {"target_language", primary_subtag(request.translate_to)}};
    }
    if (settings.key_in_message && !settings.api_key.empty()) {
        message["api_key"] = settings.api_key.reveal();
    }
    return json::serialize(message);
}

std::optional<net::WsMessage> SonioxWire::opening() const {
    return net::WsMessage{.data = opening_};
}

std::vector<net::WsMessage> SonioxWire::closing() {
    closing_ = true;
    // The first has everything settled, the second, which is empty, ends the session.
    return {{.data = R"({"type":"finalize"})"}, {.data = ""}};
}

net::WsMessage SonioxWire::keepalive() const {
    return {.data = R"({"type":"keepalive"})"};
}

Result<HearingWire::Progress> SonioxWire::take(const net::WsMessage& message) {
    auto event = message.binary ? std::nullopt : object_in(message.data);
    if (!event) {
        return Error{ErrorKind::ProviderBroke, "Soniox answered something that makes no sense.",
                     fmt::format("no JSON object in a message of {} bytes", message.data.size())};
    }
    if (event->contains("error_code") || event->contains("error_message")) {
        return error_in(*event, provider_);
    }
    auto before = settled_text_ + tail_;
    if (const auto* tokens = array_at(*event, "tokens")) {
        tail_.clear();
        for (const auto& entry : *tokens) {
            if (const auto* token = entry.if_object()) {
                take_token(*token);
            }
        }
    }
    if (settled_text_.size() + tail_.size() > longest_transcript) {
        return Error{ErrorKind::ProviderBroke, "Soniox answered something that makes no sense.",
                     "a transcript without end"};
    }
    finished_ = finished_ || flag_at(*event, "finished");
    if (finished_) {
        return Progress::Complete;
    }
    return settled_text_ + tail_ == before ? Progress::Nothing : Progress::News;
}

void SonioxWire::take_token(const json::object& entry) {
    auto text = text_at(entry, "text");
    if (text == "<fin>") {
        // Translations may come behind it; those end with the session.
        finished_ = finished_ || (closing_ && wanted_.empty());
        return;
    }
    if (text == "<end>") {
        return;
    }
    auto status = text_at(entry, "translation_status");
    bool is_translation = status == "translation";
    // A translation nobody asked for is none of the text, nor is what it is the translation of.
    bool is_shown = wanted_.empty() ? !is_translation : status != "original";
    bool is_final = flag_at(entry, "is_final");
    if (is_shown) {
        (is_final ? settled_text_ : tail_) += text;
        translated_ = translated_ || (is_translation && is_final);
    }
    if (!is_final || is_translation) {
        return;
    }
    settled_.push_back({.text = std::string(text),
                        .start = milliseconds_at(entry, "start_ms"),
                        .end = milliseconds_at(entry, "end_ms"),
                        .confidence = number_at(entry, "confidence")});
    if (auto language = text_at(entry, "language"); !language.empty()) {
        ++languages_[std::string(language)];
    }
}

Transcript SonioxWire::heard() const {
    auto all = settled_text_ + tail_;
    auto text = trimmed(all);
    Transcript transcript{.text = std::string(text)};
    auto most = std::ranges::max_element(languages_, {}, [](const auto& entry) { return entry.second; });
    if (most != languages_.end()) {
        transcript.language = most->first;
    }
    // Words of a translation were never spoken at any time.
    if (translated_) {
        transcript.translated_to = wanted_;
    } else {
        transcript.words = words_of(text, words());
    }
    double sum = 0;
    int count = 0;
    for (const auto& token : settled_) {
        if (token.confidence) {
            sum += std::clamp(*token.confidence, 0.0, 1.0);
            ++count;
        }
    }
    if (count > 0) {
        transcript.confidence = static_cast<float>(sum / count);
    }
    return transcript;
}

// The pieces put together where no space stands between them. Nothing where a time is missing.
std::vector<Word> SonioxWire::words() const {
    std::vector<Word> words;
    for (const auto& token : settled_) {
        if (!token.start || !token.end) {
            return {};
        }
        auto confidence = static_cast<float>(token.confidence.value_or(1));
        if (words.empty() || token.text.starts_with(' ')) {
            words.push_back({token.text, *token.start, *token.end, confidence});
        } else {
            words.back().text += token.text;
            words.back().end = *token.end;
            words.back().confidence = std::min(words.back().confidence, confidence);
        }
    }
    return words;
}

}  // namespace repartee::engines::soniox
