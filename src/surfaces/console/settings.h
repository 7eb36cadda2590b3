// What can be set about the page for people and what it shows of the house: the table [surfaces.console].
#pragma once

#include "base/fields.h"

#include <cstdint>

namespace repartee::surfaces::console {

struct ConsoleSettings {
    bool page = true;  // browsers get the web app at /
    // Whether models may be fetched from the page, by who may at all: this machine, and admins.
    bool fetch_models = true;
    std::int64_t viewers = 32;  // of what happens in the house, at a time
};

void describe(Fields& fields, ConsoleSettings& settings);

}  // namespace repartee::surfaces::console
