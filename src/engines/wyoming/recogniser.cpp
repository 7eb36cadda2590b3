#include "engines/wyoming/recogniser.h"

#include "base/together.h"
#include "engines/peer_place.h"
#include "engines/wyoming/hearing_stream.h"
#include "wyoming/address.h"

#include <fmt/format.h>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Connection;
using repartee::wyoming::Event;

awaitable<Event> describe(std::string uri) {
    auto connection = co_await repartee::wyoming::connect_to(std::move(uri));
    Event question{.type = "describe"};
    co_await connection.send(std::move(question));
    for (;;) {
        auto event = co_await connection.receive();
        if (!event) {
            throw Failure(ErrorKind::Unavailable, "It does not say what it offers.", "connection closed");
        }
        if (event->type == "info") {
            co_return std::move(*event);
        }
    }
}

}  // namespace

WyomingRecogniser::WyomingRecogniser(Settings settings, Clock& clock)
    : settings_(std::move(settings)), clock_(clock) {}

EngineInfo WyomingRecogniser::info() const {
    std::lock_guard lock(mutex_);
    auto place = settings_.recogniser.starts_with("unix:") ? Place::Local : place_of(settings_.recogniser);
    return {.kind = "wyoming",
            .model = settings_.model.empty() ? offered_.name : settings_.model,
            .place = place};
}

awaitable<Event> WyomingRecogniser::ask_what_it_offers() const {
    // As long as Home Assistant gives a service.
    Error late{ErrorKind::ProviderLate, "It does not say what it offers.", {}};
    auto question = describe(settings_.recogniser);
    co_return co_await with_deadline(clock_, 5s, std::move(question), std::move(late));
}

awaitable<Health> WyomingRecogniser::check() {
    Health health;
    if (settings_.recogniser.empty()) {
        health.reason = "no address is set";
        health.advice = "set WYOMING_STT_URI=tcp://HOST:PORT";
        co_return health;
    }
    try {
        auto offered = offered_in(co_await ask_what_it_offers(), "asr");
        health.usable = !offered.name.empty();
        health.reason = health.usable ? fmt::format("{} at {}", offered.name, settings_.recogniser)
                                      : fmt::format("{} recognises no speech", settings_.recogniser);
        std::lock_guard lock(mutex_);
        offered_ = std::move(offered);
    } catch (const Failure& failure) {
        health.reason = fmt::format("{}: {}", settings_.recogniser, failure.error().message);
        health.advice = "start a Wyoming service there, or set WYOMING_STT_URI to where one listens";
    }
    co_return health;
}

RecogniserCapabilities WyomingRecogniser::capabilities() const {
    std::lock_guard lock(mutex_);
    return {.languages = offered_.languages, .partials = offered_.streams};
}

std::unique_ptr<RecogniserStream> WyomingRecogniser::start(const RecognitionRequest& request) {
    repartee::wyoming::ErrandOptions options;
    options.patience = settings_.patience;
    auto errand = std::make_unique<repartee::wyoming::Errand>(
        clock_, [uri = settings_.recogniser] { return repartee::wyoming::connect_to(uri); },
        std::move(options));
    HearingOptions hearing;
    hearing.model = settings_.model;
    return listen_through(std::move(errand), request, std::move(hearing));
}

}  // namespace repartee::engines::wyoming
