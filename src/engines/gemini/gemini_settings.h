// Where Gemini is, and which of its models is asked. Section [engines.gemini].
#pragma once

#include "base/fields.h"
#include "engines/wishes.h"

#include <chrono>
#include <string>
#include <string_view>

namespace repartee::engines::gemini {

// What people call the settings, where a message tells them to change one.
struct SettingNames {
    std::string_view base_url = "GEMINI_BASE_URL";
    std::string_view api_key = "GEMINI_API_KEY";
    std::string_view model = "GEMINI_MODEL";
};

struct GeminiSettings {
    std::string base_url = "https://generativelanguage.googleapis.com/v1beta";
    Secret api_key = {};
    std::string model = "gemini-2.5-flash";
    std::chrono::milliseconds timeout{60'000};        // to the first words
    std::chrono::milliseconds stall_timeout{15'000};  // between any two signs of life
    std::string thinking = "off";  // "model": its choice; "off": as little as the model allows; "low", "high"
    std::string safety = "model";  // "model": its own thresholds; else of all four categories
    SettingNames names = {};
};

void describe(Fields& fields, GeminiSettings& settings);

// The settings as somebody wants them.
GeminiSettings wished(GeminiSettings settings, const Wishes& wishes);

}  // namespace repartee::engines::gemini
