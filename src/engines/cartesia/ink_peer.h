// For tests: Cartesia as a recogniser sees it. Hears "what time is it" in any sound that is loud enough.
#pragma once

#include "audio/pcm.h"
#include "engines/talking_peer.h"

#include <cstring>

namespace repartee::engines::cartesia {

inline bool is_loud(std::string_view bytes) {
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        audio::Sample sample = 0;
        std::memcpy(&sample, bytes.data() + at, 2);
        if (sample > 500 || sample < -500) {
            return true;
        }
    }
    return false;
}

// A faithful one: a partial after a moment, a final and all that belongs to it when it is asked to.
inline awaitable<void> ink(std::shared_ptr<PeerTalk> talk) {
    bool heard_speech = false;
    std::size_t bytes = 0;
    bool told = false;
    while (auto message = co_await talk->hear()) {
        if (message->binary) {
            heard_speech = heard_speech || is_loud(message->data);
            bytes += message->data.size();
            if (heard_speech && !std::exchange(told, true)) {
                co_await talk->say(
                    R"({"type":"transcript","is_final":false,"text":"what time","request_id":"r"})");
            }
            continue;
        }
        if (message->data == "finalize") {
            auto seconds = static_cast<double>(bytes) / 32000;
            auto final = fmt::format(
                R"({{"type":"transcript","is_final":true,"text":"{}","request_id":"r","language":"en","duration":{}}})",
                heard_speech ? "what time is it" : "", seconds);
            co_await talk->say(std::move(final));
            co_await talk->say(R"({"type":"flush_done","request_id":"r"})");
        } else if (message->data == "close" || message->data == "done") {
            co_await talk->say(R"({"type":"done","request_id":"r"})");
            co_await talk->socket->close(net::CloseCode::Normal);
        }
    }
}

}  // namespace repartee::engines::cartesia
