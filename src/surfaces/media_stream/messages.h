// What a call sends as text, and how sound travels. Pure.
#pragma once

#include "audio/pcm.h"
#include "conversation/outlet.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::surfaces::media_stream {

// {"event_type":"start_media_streaming"}: the microphone may be sent.
std::string ready_to_listen();
// {"event_type":"user_text","text":...}: what was understood, as a turn begins.
std::string user_text(std::string_view text);
// {"event_type":"user_partial","text":...}: for clients that asked for it, while it is spoken.
std::string user_text_so_far(std::string_view text);
// {"event_type":"llm_text","text":...}: the reply so far, all of it each time.
std::string reply_so_far(std::string_view text);
// {"event_type":"timeline","outcome":"complete","moments":{...}}: for clients that asked for it, behind each
// reply; moments as in surfaces/moments.h.
std::string timeline(conversation::Outcome outcome, const Timeline& timeline);
// The bare word: drop what is queued.
inline constexpr std::string_view stop = "stop";

// Sound comes in frames of any length, also of odd ones: half a sample waits for its other half.
class SampleReader {
public:
    std::vector<audio::Sample> push(std::string_view bytes);

private:
    std::string half_;
};

std::string as_bytes(std::span<const audio::Sample> samples);

// The client plays in quanta of so many samples and nothing while fewer wait.
inline constexpr std::size_t quantum = 128;

}  // namespace repartee::surfaces::media_stream
