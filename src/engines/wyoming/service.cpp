#include "engines/wyoming/service.h"

#include "base/together.h"
#include "engines/peer_place.h"
#include "wyoming/address.h"

#include <utility>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Event;

// As long as Home Assistant gives a service in all.
constexpr Duration answer_limit = 5s;

awaitable<Event> describe(std::string uri) {
    auto connection = co_await repartee::wyoming::connect_to(std::move(uri));
    Event question{.type = "describe"};
    co_await connection.send(std::move(question));
    for (;;) {
        auto event = co_await connection.receive();
        if (!event) {
            throw Failure(ErrorKind::Unavailable, "It does not say what it offers.", "connection closed");
        }
        if (event->type == "error") {
            throw repartee::wyoming::failure_in(*event);
        }
        if (event->type == "info") {
            co_return std::move(*event);
        }
    }
}

}  // namespace

Service::Service(std::string uri, Duration patience, Clock& clock)
    : uri_(std::move(uri)), patience_(patience), clock_(clock) {}

Place Service::place() const {
    return uri_.starts_with("unix:") ? Place::Local : place_of(uri_);
}

awaitable<OfferedSpeech> Service::ask(std::string trade) const {
    Error late{ErrorKind::ProviderLate, "It does not say what it offers.", {}};
    auto question = describe(uri_);
    auto info = co_await with_deadline(clock_, answer_limit, std::move(question), std::move(late));
    co_return offered_in(info, trade);
}

repartee::wyoming::NewErrand Service::errands() const {
    return [uri = uri_, patience = patience_, &clock = clock_] {
        repartee::wyoming::ErrandOptions options;
        options.patience = patience;
        return std::make_unique<repartee::wyoming::Errand>(
            clock, [uri] { return repartee::wyoming::connect_to(uri); }, std::move(options));
    };
}

}  // namespace repartee::engines::wyoming
