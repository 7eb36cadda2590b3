// `repartee doctor`: what this machine has, what works on it, what does not, and what to type.
#pragma once

#include "app/settings.h"

#include <chrono>

namespace repartee::app {

struct DoctorOptions {
    bool quick = false;  // engines are asked how they are, and not tried
    // For each of them, when they are.
    std::chrono::seconds patience{60};
};

// 0 when every trade has an engine that works and the robot, if one is configured, answers; 1 otherwise.
int doctor(Settings& settings, Parts& parts, const DoctorOptions& options);

}  // namespace repartee::app
