#include "workers/espeak/service.h"

#include "workers/espeak/sentences.h"
#include "workers/espeak/voice.h"

#include <optional>
#include <utility>

namespace repartee::workers::espeak {

namespace {

boost::json::object sound_format() {
    return {{"rate", Voice::rate()}, {"width", 2}, {"channels", 1}};
}

const boost::json::object* voice_of(const wyoming::Event& request) {
    const auto* voice = request.data.if_contains("voice");
    return voice != nullptr && voice->is_object() ? &voice->get_object() : nullptr;
}

std::string text_in(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

double factor_in(const wyoming::Event& request, std::string_view key) {
    return request.real(key).value_or(1.0);
}

void choose_voice(const wyoming::Event& request) {
    if (auto format = request.text("text_format"); format && *format != "text") {
        throw Failure(ErrorKind::Unsupported, "Only plain text is spoken here.", std::string(*format));
    }
    const auto* voice = voice_of(request);
    Voice::choose(voice != nullptr ? text_in(*voice, "name") : "",
                  voice != nullptr ? text_in(*voice, "language") : "");
    Voice::adapt({.speed = factor_in(request, "speed"),
                  .pitch = factor_in(request, "pitch"),
                  .volume = factor_in(request, "volume")});
}

// Says one piece of text between `audio-start` and `audio-stop`. `before`: bytes of the reply said
// already. False when nobody listens any more.
bool say(Wire& wire, const std::string& text, std::size_t before) {
    // The last chunk has spoken all of the text, and is known only when none follows.
    std::optional<wyoming::Event> held;
    auto send_held = [&](std::size_t spoken) {
        if (!held) {
            return true;
        }
        held->data["spoken_bytes"] = before + spoken;
        return wire.write(*std::exchange(held, std::nullopt));
    };
    std::size_t spoken_by_held = 0;
    auto sink = [&](std::span<const audio::Sample> sound, std::size_t spoken) {
        bool wanted = send_held(spoken_by_held);
        held = {.type = "audio-chunk",
                .data = sound_format(),
                .payload = {reinterpret_cast<const char*>(sound.data()), sound.size_bytes()}};
        spoken_by_held = spoken;
        return wanted;
    };
    return wire.write({.type = "audio-start", .data = sound_format()}) && Voice::speak(text, sink) &&
           send_held(text.size()) &&
           wire.write({.type = "audio-stop", .data = {{"spoken_bytes", before + text.size()}}});
}

// From `synthesize-start` to `synthesize-stop`. The whole text, which clients send once more for older
// services, is passed over.
void speak_as_it_comes(Wire& wire) {
    Sentences sentences;
    std::size_t said = 0;
    auto say_next = [&](std::optional<std::string> sentence) {
        for (; sentence; sentence = sentences.next()) {
            if (!say(wire, *sentence, said)) {
                return false;
            }
            said += sentence->size();
        }
        return true;
    };
    while (auto event = wire.read()) {
        if (event->type == "synthesize-chunk") {
            sentences.push(event->text("text").value_or(""), event->flag("sentence"));
            if (!say_next(sentences.next())) {
                return;
            }
        } else if (event->type == "synthesize-stop") {
            if (say_next(sentences.rest())) {
                wire.write({.type = "synthesize-stopped"});
            }
            return;
        }
    }
}

}  // namespace

wyoming::Event info() {
    boost::json::object attribution{{"name", "eSpeak NG"}, {"url", "https://github.com/espeak-ng/espeak-ng"}};
    boost::json::array voices;
    for (const auto& voice : Voice::voices()) {
        voices.push_back({{"name", voice.name},
                          {"attribution", attribution},
                          {"installed", true},
                          {"description", voice.name},
                          {"version", nullptr},
                          {"languages", boost::json::array(voice.languages.begin(), voice.languages.end())},
                          {"speakers", nullptr}});
    }
    boost::json::object program{{"name", "espeak"},
                                {"attribution", attribution},
                                {"installed", true},
                                {"description", "eSpeak NG"},
                                {"version", nullptr},
                                {"voices", std::move(voices)},
                                {"supports_synthesize_streaming", true},
                                {"tells_spoken_bytes", true}};  // ours: see docs/workers.md
    boost::json::array none;
    return {.type = "info",
            .data = {{"asr", none},
                     {"tts", boost::json::array{std::move(program)}},
                     {"handle", none},
                     {"intent", none},
                     {"wake", none},
                     {"mic", none},
                     {"snd", none}}};
}

void serve(Wire& wire, const wyoming::Event& request) {
    if (request.type == "synthesize") {
        choose_voice(request);
        say(wire, std::string(request.text("text").value_or("")), 0);
    } else if (request.type == "synthesize-start") {
        choose_voice(request);
        speak_as_it_comes(wire);
    }
}

}  // namespace repartee::workers::espeak
