// For tests: Soniox as a recogniser sees it. Hears "what time is it" in any sound that is loud enough.
#pragma once

#include "audio/pcm.h"
#include "engines/talking_peer.h"

#include <cstring>

namespace repartee::engines::soniox {

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

// A faithful one: guesses while it hears, final tokens when it is asked to, and the end of the session.
inline awaitable<void> soniox(std::shared_ptr<PeerTalk> talk) {
    auto opening = co_await talk->hear();
    if (!opening || opening->data.find("\"model\"") == std::string::npos) {
        co_await talk->say(R"({"error_code":400,"error_message":"Start message expected"})");
        co_return;
    }
    bool heard_speech = false;
    while (auto message = co_await talk->hear()) {
        if (message->binary) {
            heard_speech = heard_speech || is_loud(message->data);
            co_await talk->say(
                heard_speech
                    ? R"({"tokens":[{"text":"what","is_final":false},{"text":" time","is_final":false}],"total_audio_proc_ms":9})"
                    : R"({"tokens":[],"total_audio_proc_ms":9})");
        } else if (message->data == R"({"type":"finalize"})") {
            co_await talk->say(
                heard_speech
                    ? R"({"tokens":[{"text":"what","is_final":true},{"text":" time","is_final":true},{"text":" is it","is_final":true},{"text":"<fin>","is_final":true}]})"
                    : R"({"tokens":[{"text":"<fin>","is_final":true}]})");
        } else if (message->data.empty()) {
            co_await talk->say(
                R"({"tokens":[],"final_audio_proc_ms":9,"total_audio_proc_ms":9,"finished":true})");
            co_await talk->socket->close(net::CloseCode::Normal);
        }
    }
}

}  // namespace repartee::engines::soniox
