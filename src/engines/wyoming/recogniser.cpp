#include "engines/wyoming/recogniser.h"

#include "engines/refusing_stream.h"
#include "engines/wyoming/hearing_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace repartee::engines::wyoming {

WyomingRecogniser::WyomingRecogniser(Settings settings, Clock& clock)
    : settings_(std::move(settings)), service_(settings_.recogniser, settings_.patience, clock) {}

EngineInfo WyomingRecogniser::info() const {
    std::lock_guard lock(mutex_);
    return {.kind = "wyoming",
            .model = settings_.model.empty() ? offered_.name : settings_.model,
            .place = service_.place()};
}

awaitable<Health> WyomingRecogniser::check() {
    Health health;
    if (!service_.known()) {
        health.reason = "no address is set";
        health.advice = "set WYOMING_STT_URI=tcp://HOST:PORT";
        co_return health;
    }
    try {
        health = health_with(co_await service_.ask("asr"));
    } catch (const Failure& failure) {
        health.reason = fmt::format("{}: {}", service_.uri(), failure.error().message);
        health.advice = "start a Wyoming service there, or set WYOMING_STT_URI to where one listens";
    }
    co_return health;
}

Health WyomingRecogniser::health_with(OfferedSpeech offered) {
    Health health;
    const auto& wanted = settings_.model;
    const auto* model = offered.model_named(wanted);
    if (offered.name.empty()) {
        health.reason = fmt::format("{} recognises no speech", service_.uri());
        health.advice = "set WYOMING_STT_URI to a service that does";
    } else if (!wanted.empty() && model == nullptr) {
        health.reason = fmt::format("{} at {} has no model '{}'", offered.name, service_.uri(), wanted);
        health.advice =
            fmt::format("set engines.wyoming.model to one it has: {}", names_listed(offered.models));
    } else {
        health.usable = true;
        health.reason = fmt::format("{} at {}", offered.name, service_.uri());
    }
    std::lock_guard lock(mutex_);
    languages_ = model != nullptr ? model->languages : offered.languages;
    translates_ = model != nullptr ? model->translates
                                   : !offered.models.empty() &&
                                         std::ranges::all_of(offered.models, &OfferedModel::translates);
    offered_ = std::move(offered);
    return health;
}

RecogniserCapabilities WyomingRecogniser::capabilities() const {
    std::lock_guard lock(mutex_);
    return {.languages = languages_,
            .partials = offered_.streams,
            .translates_to = translates_ ? std::vector<Language>{"en"} : std::vector<Language>()};
}

std::unique_ptr<RecogniserStream> WyomingRecogniser::start(const RecognitionRequest& request) {
    if (!service_.known()) {
        Error why{ErrorKind::Unavailable, "No address of a recogniser is set.", "WYOMING_STT_URI"};
        return std::make_unique<RefusingRecogniserStream>(std::move(why));
    }
    auto can = capabilities();
    if (!translates(can, request)) {
        return std::make_unique<RefusingRecogniserStream>(lacks_translation("The recogniser", request));
    }
    auto spelled = request;
    if (const auto& known = can.languages; !known.empty() && !request.language.empty()) {
        spelled.language = language_among(known, request.language);
        if (spelled.language.empty()) {
            Error why{ErrorKind::Unsupported,
                      fmt::format("The recogniser does not know the language '{}'.", request.language),
                      service_.uri()};
            return std::make_unique<RefusingRecogniserStream>(std::move(why));
        }
    }
    return listen_through(service_.errands(), spelled, {.model = settings_.model});
}

}  // namespace repartee::engines::wyoming
