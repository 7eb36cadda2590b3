// What a call has come to, as the database keeps it for whoever goes on with it: JSON with a version. Pure.
#pragma once

#include "conversation/snapshot.h"
#include "surfaces/media_stream/sent_events.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::media_stream {

struct ParkedState {
    std::string agent;
    std::string session;                             // in the person's history, where the call is somebody's
    std::optional<std::int64_t> token_version = {};  // of the person, as the call began
    std::int64_t ends_at_ms = 0;                     // the call's time, on the wall
    std::uint64_t last_number = 0;
    std::deque<SentEvents::Event> events = {};  // not acknowledged yet
    conversation::Snapshot talk = {};
};

// At most so long: of more, the oldest exchanges are left out, then the oldest events.
inline constexpr std::size_t most_state_bytes = 256 << 10;

// Times that count from now are written down as such on the wall.
std::string text_of(ParkedState state, std::int64_t now_ms);

// Nothing for what is none, or of another version.
std::optional<ParkedState> parked_state_in(std::string_view text, std::int64_t now_ms);

}  // namespace repartee::surfaces::media_stream
