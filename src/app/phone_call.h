// `repartee talk`: a call over /api/media-stream, both ways at once and in real time, as a microphone and a
// loudspeaker hold it. Shows it as it goes, and what was measured at this end.
#pragma once

#include "app/core.h"
#include "app/talk.h"

namespace repartee::app {

struct CallPlan {
    std::string agent;  // empty: `repartee`, else whoever answers there
    std::vector<audio::Pcm> speeches;
    std::optional<std::chrono::milliseconds> interrupt_after;  // as in TalkOptions
};

// `base` is ws(s)://host:port. Throws Failure when there is no such server or agent.
awaitable<Spoken> hold_call(Core& core, std::string base, CallPlan plan);

}  // namespace repartee::app
