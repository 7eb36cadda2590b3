// What can be set about flite: the table [engines.flite].
#pragma once

#include "base/fields.h"

namespace repartee::engines::flite {

struct Settings {
    double speed = 1.0;  // multiplied with the voice's own, see Voice::speed
    double pitch = 1.0;
};

void describe(Fields& fields, Settings& settings);

}  // namespace repartee::engines::flite
