// The one question that `repartee serve` asks, at its first start on somebody's terminal: whether to fetch a
// model that understands speech better than what is built in. The answer is remembered in the data directory.
#pragma once

#include "app/settings.h"
#include "models/suitable.h"

#include <cstdint>
#include <string>
#include <vector>

namespace repartee::app {

// All that the decision looks at.
struct OfferFacts {
    bool somebody_there = false;  // standard input and output are a terminal
    bool unattended = false;      // said so: --no-offer, or the variable CI
    bool answered_before = false;
    bool worker_is_built = false;     // without it a model is of no use
    bool recogniser_is_open = false;  // the settings let Whisper recognise
    bool has_model = false;
    bool has_detector = false;
    std::string named_model = {};  // by the settings; empty: none
    models::MachineFacts machine = {};
    std::uintmax_t room = 0;  // bytes of the disk that may be filled
};

// What to offer; nothing: there is no question. Pure.
std::vector<const models::KnownModel*> models_to_offer(const OfferFacts& facts);

enum class OfferOutcome { GoOn, Stop };  // somebody has pressed Ctrl-C
enum class Offering { WhereSomebodyIs, Never };

// Asks, if there is a question, and fetches. Blocks, as long as it takes; nobody's silence for a minute is a
// no that is not remembered.
OfferOutcome offer_speech_model(Settings& settings, Parts& parts, Offering offering);

}  // namespace repartee::app
