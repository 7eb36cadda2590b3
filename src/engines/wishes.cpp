#include "engines/wishes.h"

#include <algorithm>

namespace repartee::engines {

bool is_a_key(const Secret& key) {
    const auto& text = key.reveal();
    auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
    if (text.empty() || has("...") || has("<") || has(" ")) {
        return false;
    }
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return !lower.starts_with("your") && !lower.starts_with("change") &&
           lower.find("xxxx") == std::string::npos;
}

}  // namespace repartee::engines
