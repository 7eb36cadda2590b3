// Somebody's Wyoming service, at its address: who is there, and how work is begun with it. What the
// recogniser and the synthesiser of this folder have in common.
#pragma once

#include "base/clock.h"
#include "engines/engine.h"
#include "engines/wyoming/offers.h"
#include "wyoming/errand.h"

#include <string>

namespace repartee::engines::wyoming {

class Service {
public:
    // `clock` outlives the service and its errands.
    Service(std::string uri, Duration patience, Clock& clock);

    const std::string& uri() const { return uri_; }
    bool known() const { return !uri_.empty(); }
    Place place() const;

    // What it offers of a trade, "asr" or "tts". Throws Failure when it does not say so in time.
    awaitable<OfferedSpeech> ask(std::string trade) const;

    // Errands to it, each over a connection of its own: many services close one after the first piece of
    // work. They do not need this object.
    repartee::wyoming::NewErrand errands() const;

private:
    const std::string uri_;
    const Duration patience_;
    Clock& clock_;
};

}  // namespace repartee::engines::wyoming
