#include "engines/espeak/espeak.h"

#include "engines/wyoming/offers.h"
#include "engines/wyoming/speech_stream.h"

#include <fmt/format.h>

namespace repartee::engines::espeak {

Espeak::Espeak(const Settings& settings, Clock& clock, std::unique_ptr<processes::Worker> worker)
    : settings_(settings), clock_(clock), worker_(std::move(worker)) {}

EngineInfo Espeak::info() const {
    return {.kind = "espeak", .model = "espeak-ng", .place = Place::Embedded};
}

awaitable<Health> Espeak::check() {
    Health health;
    try {
        auto info = co_await worker_->describe();
        auto languages = wyoming::offered_in(info, "tts").languages;
        health.usable = !languages.empty();
        health.reason = health.usable ? fmt::format("in a worker, {} languages", languages.size())
                                      : "its worker offers no voices";
        std::lock_guard lock(mutex_);
        languages_ = std::move(languages);
    } catch (const Failure& failure) {
        health.reason = failure.error().message;
        health.advice = "apt install espeak-ng-data; repartee-espeak lies beside repartee";
    }
    co_return health;
}

SynthesiserCapabilities Espeak::capabilities() const {
    std::lock_guard lock(mutex_);
    return {.languages = languages_};
}

std::unique_ptr<SpeechStream> Espeak::start(const SpeechRequest& request) {
    auto voice = request.voice;
    voice.speed *= settings_.speed;
    voice.pitch *= settings_.pitch;
    voice.volume *= settings_.volume;
    repartee::wyoming::ErrandOptions options;
    options.patience = settings_.patience;
    options.on_trouble = [this] { worker_->suspect(); };
    auto errand = std::make_unique<repartee::wyoming::Errand>(
        clock_, [this] { return worker_->connect(); }, std::move(options));
    return wyoming::speak_through(std::move(errand), voice, wyoming::voice_on_the_wire(voice));
}

}  // namespace repartee::engines::espeak
