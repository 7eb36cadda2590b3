// A reply spoken by one of our workers, or by another who tells in `spoken_bytes` how far the text is spoken.
// For those who do not there is service_speech.h.
#pragma once

#include "engines/synthesiser.h"
#include "wyoming/errand.h"

#include <boost/json/object.hpp>

#include <memory>

namespace repartee::engines::wyoming {

// The voice as the protocol has it: its name, else its language.
boost::json::object voice_on_the_wire(const Voice& voice);

// The errand is fresh; the first event is sent here. `voice` says with which manner to speak, `wire_voice`
// with which voice.
std::unique_ptr<SpeechStream> speak_through(std::unique_ptr<repartee::wyoming::Errand> errand,
                                            const Voice& voice, boost::json::object wire_voice);

}  // namespace repartee::engines::wyoming
