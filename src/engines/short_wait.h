// A peer that is busy may say when to come back. Where somebody waits for an answer to be spoken, only a
// moment is worth waiting for. Pure.
#pragma once

#include "base/clock.h"
#include "net/http.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace repartee::engines {

// Longer than this, another engine answers sooner, and an apology is kinder than silence.
inline constexpr auto longest_wait = 2s;

// How long the reply asks us to wait before asking again; nothing when it does not, or for too long.
// A date (the other form of Retry-After) is for crawlers.
inline std::optional<Duration> short_wait(int status, const net::Headers& headers) {
    auto text = status == 429 || status == 503 ? headers.get("Retry-After") : std::nullopt;
    if (!text) {
        return std::nullopt;
    }
    double seconds = 0;
    auto [stopped, wrong] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (wrong != std::errc() || stopped != text->data() + text->size() || !(seconds >= 0) ||
        seconds > std::chrono::duration<double>(longest_wait).count()) {
        return std::nullopt;
    }
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace repartee::engines
