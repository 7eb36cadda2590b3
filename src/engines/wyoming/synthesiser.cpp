#include "engines/wyoming/synthesiser.h"

#include "engines/json_parts.h"
#include "engines/refusing_stream.h"
#include "engines/wyoming/service_speech.h"
#include "engines/wyoming/speech_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace repartee::engines::wyoming {

namespace {

bool speaks(const OfferedModel& voice, std::string_view language) {
    return voice.languages.empty() || !language_among(voice.languages, language).empty();
}

std::string in_words(const OfferedSpeech& offered) {
    auto count = [](std::size_t number, std::string_view noun) {
        return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
    };
    return fmt::format("{}, {}", count(offered.models.size(), "voice"),
                       count(offered.languages.size(), "language"));
}

}  // namespace

Result<boost::json::object> voice_among(const OfferedSpeech& offered, const Settings& settings,
                                        const Voice& wanted) {
    if (!wanted.name.empty() && offered.model_named(wanted.name) != nullptr) {
        return boost::json::object{{"name", wanted.name}};
    }
    const auto* set = offered.model_named(settings.voice);
    if (!settings.voice.empty() && (set == nullptr || speaks(*set, wanted.language))) {
        boost::json::object voice{{"name", settings.voice}};
        if (!settings.speaker.empty()) {
            voice["speaker"] = settings.speaker;
        }
        return voice;
    }
    auto language = wanted.language.empty() ? Language() : language_among(offered.languages, wanted.language);
    if (language.empty() && !wanted.language.empty() && !offered.languages.empty()) {
        return Error{ErrorKind::Unsupported,
                     fmt::format("The voice does not speak the language '{}'.", wanted.language),
                     fmt::format("{} does not offer it", offered.name)};
    }
    auto other = std::ranges::find_if(offered.models,
                                      [&](const auto& voice) { return speaks(voice, wanted.language); });
    if (!settings.voice.empty() && other != offered.models.end()) {
        return boost::json::object{{"name", other->name}};
    }
    return language.empty() ? boost::json::object() : boost::json::object{{"language", language}};
}

WyomingSynthesiser::WyomingSynthesiser(Settings settings, Clock& clock, const Log& log)
    : settings_(std::move(settings)),
      service_(settings_.synthesiser, settings_.speech_patience, clock),
      log_(log.with({{"engine", "wyoming"}, {"trade", "synthesiser"}})) {}

EngineInfo WyomingSynthesiser::info() const {
    std::lock_guard lock(mutex_);
    return {.kind = "wyoming",
            .model = settings_.voice.empty() ? offered_.name : settings_.voice,
            .place = service_.place()};
}

awaitable<Health> WyomingSynthesiser::check() {
    Health health;
    if (!service_.known()) {
        health.reason = "no address is set";
        health.advice = "set WYOMING_TTS_URI=tcp://HOST:PORT";
        co_return health;
    }
    try {
        health = health_with(co_await service_.ask("tts"));
    } catch (const Failure& failure) {
        health.reason = fmt::format("{}: {}", service_.uri(), failure.error().message);
        health.advice = "start a Wyoming service there, or set WYOMING_TTS_URI to where one listens";
    }
    co_return health;
}

Health WyomingSynthesiser::health_with(OfferedSpeech offered) {
    Health health;
    const auto* voice = offered.model_named(settings_.voice);
    const auto& speaker = settings_.speaker;
    if (offered.models.empty()) {
        health.reason = fmt::format("{} has no voice", service_.uri());
        health.advice = "set WYOMING_TTS_URI to a service that has one";
    } else if (!settings_.voice.empty() && voice == nullptr) {
        health.reason =
            fmt::format("{} at {} has no voice '{}'", offered.name, service_.uri(), settings_.voice);
        health.advice =
            fmt::format("set engines.wyoming.voice to one it has: {}", names_listed(offered.models));
    } else if (voice != nullptr && !speaker.empty() &&
               std::ranges::find(voice->speakers, speaker) == voice->speakers.end()) {
        health.reason = fmt::format("the voice '{}' has no speaker '{}'", voice->name, speaker);
        health.advice = voice->speakers.empty() ? "take engines.wyoming.speaker out: it has only one"
                                                : fmt::format("set engines.wyoming.speaker to one it has: {}",
                                                              listed(voice->speakers));
    } else {
        health.usable = true;
        health.reason = fmt::format("{} at {}, {}", offered.name, service_.uri(), in_words(offered));
    }
    std::lock_guard lock(mutex_);
    offered_ = std::move(offered);
    return health;
}

SynthesiserCapabilities WyomingSynthesiser::capabilities() const {
    std::lock_guard lock(mutex_);
    return {.languages = offered_.languages};
}

std::unique_ptr<SpeechStream> WyomingSynthesiser::start(const SpeechRequest& request) {
    if (!service_.known()) {
        Error why{ErrorKind::Unavailable, "No address of a voice is set.", "WYOMING_TTS_URI"};
        return std::make_unique<RefusingSpeechStream>(std::move(why));
    }
    std::unique_lock lock(mutex_);
    auto voice = voice_among(offered_, settings_, request.voice);
    bool streams = settings_.stream && offered_.streams;
    bool tells = streams && offered_.tells_spoken_bytes;
    lock.unlock();
    if (!voice) {
        return std::make_unique<RefusingSpeechStream>(voice.error());
    }
    if (!request.voice.name.empty() && text_at(*voice, "name") != request.voice.name) {
        log_.debug("voice is not offered there, another speaks", {{"voice", request.voice.name}});
    }
    if (tells) {
        return speak_through(service_.errands()(), request.voice, std::move(*voice));
    }
    SpokenBy service{.new_errand = service_.errands(),
                     .voice = std::move(*voice),
                     .volume = request.voice.volume,
                     .log = log_};
    return streams ? speak_in_one_stream(std::move(service)) : speak_by_sentence(std::move(service));
}

}  // namespace repartee::engines::wyoming
