#include "engines/espeak/espeak.h"

#include "engines/wyoming/speech_stream.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::espeak {

namespace {

std::vector<Language> languages_in(const repartee::wyoming::Event& info) {
    std::vector<Language> languages;
    try {
        for (const auto& program : info.data.at("tts").as_array()) {
            for (const auto& voice : program.at("voices").as_array()) {
                for (const auto& language : voice.at("languages").as_array()) {
                    languages.emplace_back(language.as_string());
                }
            }
        }
    } catch (const std::exception&) {
        return {};  // not our worker's words
    }
    std::ranges::sort(languages);
    auto doubled = std::ranges::unique(languages);
    languages.erase(doubled.begin(), doubled.end());
    return languages;
}

}  // namespace

Espeak::Espeak(const Settings& settings, Clock& clock, std::unique_ptr<processes::Worker> worker)
    : settings_(settings), clock_(clock), worker_(std::move(worker)) {}

EngineInfo Espeak::info() const {
    return {.kind = "espeak", .model = "espeak-ng", .place = Place::Embedded};
}

awaitable<Health> Espeak::check() {
    Health health;
    try {
        auto info = co_await worker_->describe();
        auto languages = languages_in(info);
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
    return wyoming::speak_through(std::move(errand), voice);
}

}  // namespace repartee::engines::espeak
