// How to reach the Alena controller. Section [engines.alena].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::engines::alena {

struct AlenaSettings {
    std::string url = "http://localhost:9000";
    std::chrono::milliseconds timeout{120'000};  // for the whole answer, which comes in one piece
};

void describe(Fields& fields, AlenaSettings& settings);

}  // namespace repartee::engines::alena
