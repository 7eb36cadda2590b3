// A reply spoken by somebody's Wyoming service, by the standard protocol alone: how far the text is spoken is
// estimated from how long it sounds (engines/narration.h).
#pragma once

#include "base/log.h"
#include "engines/synthesiser.h"
#include "wyoming/errand.h"

#include <boost/json/object.hpp>

#include <memory>

namespace repartee::engines::wyoming {

struct SpokenBy {
    repartee::wyoming::NewErrand new_errand;
    boost::json::object voice = {};  // as the protocol has it
    double volume = 1;               // which the protocol does not have: done here
    Log log;
};

// Each sentence is a request of its own, on a connection of its own; the next is asked for while the sound of
// one is coming.
std::unique_ptr<SpeechStream> speak_by_sentence(SpokenBy service);

// The whole reply is one request, its text sent as it is said. For services that say that they can.
std::unique_ptr<SpeechStream> speak_in_one_stream(SpokenBy service);

}  // namespace repartee::engines::wyoming
