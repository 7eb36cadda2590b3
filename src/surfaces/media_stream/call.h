// One call: sound both ways at once, and the text of it beside.
//
// One coroutine receives (what the listener makes of the sound goes to the conversation), and one is the
// conversation. When the caller leaves, the time is over or the server is about to stop, both end.
#pragma once

#include "agents/definition.h"
#include "conversation/conversation.h"
#include "hearing/listener.h"
#include "net/websocket.h"
#include "surfaces/media_stream/messages.h"
#include "surfaces/surface.h"

#include <string>

namespace repartee::surfaces::media_stream {

struct CallOptions {
    bool timeline = false;  // the caller wants to see it ...
    bool partials = false;  // ... and what is understood while it is spoken
    std::size_t history_messages = 10;
};

class Call final : private conversation::Outlet {
public:
    // On the socket's strand; all referred to outlives the call.
    Call(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
         const agents::Definition& agent, CallOptions options);

    awaitable<void> run();

private:
    awaitable<void> receive();
    void take_sound(std::string_view bytes);
    awaitable<void> open_the_microphone();

    // --- what the conversation sends ---
    bool takes_audio() const override { return true; }
    int audio_rate() const override { return audio::speech_rate; }
    std::optional<Duration> playback_lead() const override { return agent_.turn_taking.lead; }
    awaitable<void> heard_so_far(const std::string& text) override;
    awaitable<void> heard(const Transcript& transcript, const Error* error) override;
    awaitable<void> skipped() override { co_return; }
    awaitable<void> reply_began(const conversation::ReplyHead& head) override;
    awaitable<void> reply_text(std::string delta) override;
    awaitable<void> reply_text_ended(const std::string& text) override;
    awaitable<void> reply_audio(std::span<const audio::Sample> samples) override;
    awaitable<void> reply_audio_ended() override;
    awaitable<void> silence() override;
    awaitable<void> reply_ended(const conversation::ReplyEnd& end) override;

    net::WebSocket& socket_;
    const Stage& stage_;
    const agents::Definition& agent_;
    const CallOptions options_;
    Log log_;
    hearing::Ears ears_;
    hearing::Listener listener_;
    conversation::Conversation conversation_;

    SampleReader reader_;
    TimePoint began_;
    Duration received_{0};          // of sound
    bool microphone_open_ = false;  // the caller knows
    std::string reply_;             // so far
    std::size_t sent_samples_ = 0;  // of the present reply
    int mute_failures_ = 0;         // replies in a row that failed before they were heard
    TimePoint sounding_until_{};    // at the caller's ear
};

}  // namespace repartee::surfaces::media_stream
