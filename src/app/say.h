// `repartee say TEXT`: the synthesiser alone.
#pragma once

#include "app/settings.h"

#include <filesystem>
#include <string>

namespace repartee::app {

struct SayOptions {
    std::string text;
    std::filesystem::path output;  // empty: play it
    Voice voice = {};
};

int say(const Settings& settings, Parts& parts, const SayOptions& options);

}  // namespace repartee::app
