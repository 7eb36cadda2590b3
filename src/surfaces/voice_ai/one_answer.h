// One thing that is said and the whole answer to it, for clients that wait for it: a conversation of one
// turn.
#pragma once

#include "surfaces/voice_ai/attendant.h"

#include <optional>
#include <string>

namespace repartee::surfaces::voice_ai {

struct OneAnswer {
    std::string text;
    std::optional<skills::ClientAction> action = {};
};

// Returns when it is kept. Throws Failure of the engines and the stores, ProviderLate past the settings'
// limit. Cancelling stops it; what is not kept by then has not happened.
awaitable<OneAnswer> answer_once(Desk& desk, Attendant& attendant, std::string message);

}  // namespace repartee::surfaces::voice_ai
