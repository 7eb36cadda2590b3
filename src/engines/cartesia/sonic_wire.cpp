#include "engines/cartesia/sonic_wire.h"

#include "engines/base64.h"
#include "engines/cartesia/cartesia_error.h"
#include "engines/json_parts.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace repartee::engines::cartesia {

namespace json = boost::json;

namespace {

// What sonic-3 takes; beyond it answers with an error.
constexpr double slowest = 0.6;
constexpr double fastest = 1.5;
constexpr double softest = 0.5;
constexpr double loudest = 2.0;

double within(double value, double least, double most) {
    return std::isfinite(value) ? std::clamp(value, least, most) : 1.0;
}

// Its words are English, in small letters.
std::string emotion_word(std::string_view emotion) {
    std::string word;
    for (char c : emotion) {
        if (c >= 'A' && c <= 'Z') {
            word += static_cast<char>(c - 'A' + 'a');
        } else if ((c >= 'a' && c <= 'z') || c == '/' || c == '-' || c == '_') {
            word += c;
        }
    }
    return word;
}

// Tags of Cartesia's own begin with it, and are nothing that a model may say.
std::string without_tags(std::string_view text) {
    std::string clean(text);
    std::ranges::replace_if(clean, [](char c) { return c == '<' || c == '>'; }, ' ');
    return clean;
}

std::vector<SonicEvent::Word> words_in(const json::object& event) {
    std::vector<SonicEvent::Word> words;
    const auto* times = object_at(event, "word_timestamps");
    const auto* texts = times ? array_at(*times, "words") : nullptr;
    const auto* ends = times ? array_at(*times, "end") : nullptr;
    if (!texts || !ends) {
        return words;
    }
    for (std::size_t i = 0; i < std::min(texts->size(), ends->size()); ++i) {
        json::error_code wrong;
        auto end = (*ends)[i].is_number() ? (*ends)[i].to_number<double>(wrong) : -1;
        if (const auto* text = (*texts)[i].if_string(); text && !wrong && end >= 0) {
            words.push_back({std::string(text->data(), text->size()), end});
        }
    }
    return words;
}

SonicEvent::Type type_named(std::string_view name) {
    using Type = SonicEvent::Type;
    static constexpr std::array<std::pair<std::string_view, Type>, 5> names{{{"chunk", Type::Chunk},
                                                                             {"timestamps", Type::Timestamps},
                                                                             {"flush_done", Type::FlushDone},
                                                                             {"done", Type::Done},
                                                                             {"error", Type::Error}}};
    auto found = std::ranges::find(names, name, [](const auto& entry) { return entry.first; });
    return found == names.end() ? Type::Other : found->second;
}

}  // namespace

std::string sonic_url(const CartesiaSettings& settings) {
    return socket_url(base_of(settings), "/tts/websocket");
}

const std::vector<Language>& sonic_languages() {
    static const std::vector<Language> languages{
        "en", "fr", "de", "es", "pt", "zh", "ja", "hi", "it", "ko", "nl", "pl", "ru", "sv",
        "tr", "tl", "bg", "ro", "ar", "cs", "el", "fi", "hr", "ms", "sk", "da", "ta", "uk",
        "hu", "no", "vi", "bn", "th", "he", "ka", "id", "te", "gu", "kn", "ml", "mr", "pa"};
    return languages;
}

int rate_of(const CartesiaSettings& settings) {
    constexpr std::array<int, 6> rates{8000, 16000, 22050, 24000, 44100, 48000};
    auto found = std::ranges::find_if(rates, [&](int rate) { return rate >= settings.sample_rate; });
    return found == rates.end() ? rates.back() : *found;
}

Manner::Manner(const CartesiaSettings& settings, const Voice& voice)
    : speed_(within(settings.speed * voice.speed, slowest, fastest)) {
    same_["model_id"] = settings.synthesiser_model;
    same_["voice"] = json::object{{"mode", "id"}, {"id", voice.name.empty() ? settings.voice : voice.name}};
    if (!voice.language.empty()) {
        same_["language"] = primary_subtag(voice.language);
    }
    same_["output_format"] =
        json::object{{"container", "raw"}, {"encoding", "pcm_s16le"}, {"sample_rate", rate_of(settings)}};
    same_["add_timestamps"] = true;
    // Whole sentences come from us: there is nothing to wait for.
    same_["max_buffer_delay_ms"] = 0;
    if (!settings.synthesiser_model.starts_with("sonic-2") &&
        !settings.synthesiser_model.starts_with("sonic-turbo")) {
        json::object manner{{"speed", speed_},
                            {"volume", within(settings.volume * voice.volume, softest, loudest)}};
        auto emotion = emotion_word(voice.emotion.empty() ? settings.emotion : voice.emotion);
        if (!emotion.empty()) {
            manner["emotion"] = emotion;
        }
        same_["generation_config"] = std::move(manner);
    }
}

std::string Manner::request(std::string_view context, std::string_view text, More more) const {
    auto request = same_;
    request["context_id"] = context;
    request["transcript"] = without_tags(text);
    request["continue"] = more == More::Follows;
    return json::serialize(request);
}

std::string cancel_request(std::string_view context) {
    return json::serialize(json::object{{"context_id", context}, {"cancel", true}});
}

Result<SonicEvent> read_event(std::string_view message, const Provider& provider) {
    auto object = object_in(message);
    if (!object) {
        return nonsense(message.size());
    }
    SonicEvent event{.type = type_named(text_at(*object, "type")),
                     .context = std::string(text_at(*object, "context_id")),
                     .sound = {},
                     .words = {},
                     .error = {}};
    switch (event.type) {
        case SonicEvent::Type::Chunk: {
            auto sound = from_base64(text_at(*object, "data"));
            if (!sound) {
                return Error{ErrorKind::ProviderBroke, "Cartesia sent sound that cannot be read.",
                             "no base64"};
            }
            event.sound = std::move(*sound);
            break;
        }
        case SonicEvent::Type::Timestamps: event.words = words_in(*object); break;
        case SonicEvent::Type::Error: event.error = error_in(*object, provider); break;
        default: break;
    }
    return event;
}

}  // namespace repartee::engines::cartesia
