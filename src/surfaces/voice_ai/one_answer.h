// One thing that is said and the whole answer to it, for clients that wait for it: a conversation of one
// turn.
#pragma once

#include "surfaces/voice_ai/attendant.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::voice_ai {

struct OneAnswer {
    std::string text;
    std::optional<skills::ClientAction> action = {};
};

// Returns when it is kept. Throws Failure of the engines and the stores, ProviderLate past the settings'
// limit. Cancelling stops it; what is not kept by then has not happened. `told` gets the text piece by piece.
awaitable<OneAnswer> answer_once(Desk& desk, Attendant& attendant, std::string message,
                                 Attendant::Company company = Attendant::Company::Leaves,
                                 std::function<void(std::string_view)> told = {});

}  // namespace repartee::surfaces::voice_ai
