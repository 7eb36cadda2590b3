// Which of the known models suits a machine. Pure: facts in, a model out.
#pragma once

#include "models/manifest.h"

namespace repartee::models {

struct MachineFacts {
    unsigned cores = 1;
    int memory = 0;               // mebibytes that could be had for a model now
    bool graphics_card = false;   // with a back end that would use it
    bool speaks_english = false;  // its user does: models that know English only understand that better
};

// To recognise speech while somebody speaks. There is always one; the smallest needs next to nothing.
const KnownModel& suitable_recogniser(const MachineFacts& machine);

// To think. Null where none would leave room for the rest.
const KnownModel* suitable_language_model(const MachineFacts& machine);

// The detector suits them all.
const KnownModel& suitable_detector();

}  // namespace repartee::models
