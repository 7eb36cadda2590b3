// What a call sends as text, and how sound travels. Pure.
#pragma once

#include "audio/pcm.h"
#include "conversation/outlet.h"
#include "conversation/snapshot.h"

#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

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

// --- for clients that asked for calls that can be resumed; see README.md ---

// {"event_type":"session","resumable":true,"token":...,"expires_ms":...}: this call can be come back to with
// that. `reason`, where it should have been another: why it is not, as "resumed":false,"reason":...
std::string session(std::string_view token, std::chrono::milliseconds expires, std::string_view reason);
// {"event_type":"session","resumable":false,"reason":...}: it cannot, for now.
std::string session_without_token(std::string_view reason);
// {"event_type":"resumed","expires_ms":...,"continues":"answer"}: it goes on with that.
std::string resumed(std::chrono::milliseconds expires, const conversation::Snapshot& talk);

// The bare word: drop what is queued.
inline constexpr std::string_view stop = "stop";

// Sound comes in frames of any length, also of odd ones: half a sample waits for its other half.
class SampleReader {
public:
    // Gives `take` the whole samples there are now, in pieces, each valid during its call.
    template <class Take>
    void push(std::string_view bytes, Take take) {
        std::array<audio::Sample, 512> piece;
        auto* into = reinterpret_cast<char*>(piece.data());
        while (!bytes.empty()) {
            std::size_t filled = 0;
            if (half_) {
                into[filled++] = *std::exchange(half_, std::nullopt);
            }
            auto part = bytes.substr(0, sizeof(piece) - filled);
            bytes.remove_prefix(part.size());
            std::memcpy(into + filled, part.data(), part.size());
            filled += part.size();
            if (filled % sizeof(audio::Sample) != 0) {
                half_ = part.back();
            }
            take(std::span<const audio::Sample>(piece).first(filled / sizeof(audio::Sample)));
        }
    }

    // How many whole samples there are once these bytes have come.
    std::size_t samples_with(std::string_view bytes) const {
        return (bytes.size() + (half_ ? 1 : 0)) / sizeof(audio::Sample);
    }

private:
    std::optional<char> half_;
};

std::string as_bytes(std::span<const audio::Sample> samples);

// The client plays in quanta of so many samples and nothing while fewer wait.
inline constexpr std::size_t quantum = 128;

}  // namespace repartee::surfaces::media_stream
