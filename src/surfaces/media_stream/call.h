// One call: sound both ways at once, and the text of it beside.
//
// One coroutine receives (what the listener makes of the sound goes to the conversation), and one is the
// conversation. When the caller leaves, the time is over or the server is about to stop, both end.
//
// A call that can be resumed has a lifeline (lifeline.h): it goes on from what was left, numbers what it
// tells, and leaves what it has come to for whoever comes back.
#pragma once

#include "agents/definition.h"
#include "conversation/conversation.h"
#include "hearing/listener.h"
#include "net/websocket.h"
#include "surfaces/media_stream/lifeline.h"
#include "surfaces/media_stream/live_calls.h"
#include "surfaces/media_stream/messages.h"
#include "surfaces/personal_agent.h"
#include "surfaces/surface.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::media_stream {

struct CallOptions {
    bool timeline = false;  // the caller wants to see it ...
    bool partials = false;  // ... and what is understood while it is spoken
    std::size_t history_messages = 10;
};

// Whose call it is, what it is resumed by, and from what it goes on.
struct CallParts {
    PersonalAgent* person = nullptr;               // null: nobody's. Outlives the call
    std::unique_ptr<Lifeline> lifeline = {};       // null: this call cannot be resumed ...
    std::unique_ptr<LiveCalls::Place> place = {};  // ... else it is held here
    std::optional<conversation::Snapshot> left = {};
    // Why it is not the call that the client wanted; why it cannot be resumed though the client wants to.
    std::string_view reason = {};
    bool wants_to_resume = false;
};

class Call final : private conversation::Outlet {
public:
    // On the socket's strand; all referred to outlives the call.
    Call(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
         const agents::Definition& agent, CallOptions options, CallParts parts);

    // Until they leave, or that time has come.
    awaitable<void> run(TimePoint over_at);

private:
    awaitable<void> receive();
    void take_sound(std::string_view bytes);
    awaitable<void> open_the_microphone();

    // --- calls that can be resumed ---
    // What is kept of an exchange in the person's memory, is so only as long as the call is ours.
    class OurOwn final : public conversation::Recollection {
    public:
        OurOwn(Call& call, conversation::Recollection* inner) : call_(call), inner_(inner) {}
        awaitable<conversation::Recalled> recall(std::string utterance) override;
        awaitable<void> keep(std::vector<Message> exchange,
                             std::optional<skills::ClientAction> action) override;

    private:
        Call& call_;
        conversation::Recollection* inner_;
    };
    conversation::ConversationOptions manners();
    awaitable<void> begin();
    awaitable<void> say_whether_it_can_be_resumed();
    awaitable<void> tell(std::string message, SentEvents::Replay replay = SentEvents::Replay::Never);
    std::string numbered(std::string message, SentEvents::Replay replay);
    awaitable<Lifeline::Kept> keep_call(Duration patience);
    awaitable<void> keep_or_leave();
    awaitable<void> until_wanted();
    awaitable<void> leave_behind();
    void note_lost_line();

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
    awaitable<bool> before_a_deed() override;

    net::WebSocket& socket_;
    const Stage& stage_;
    const agents::Definition& agent_;
    const CallOptions options_;
    CallParts parts_;
    Log log_;
    hearing::Ears ears_;
    hearing::Listener listener_;
    OurOwn memory_;
    conversation::Conversation conversation_;

    SampleReader reader_;
    TimePoint began_;
    Duration received_{0};          // of sound
    bool microphone_open_ = false;  // the caller knows
    std::string reply_;             // so far
    std::size_t sent_samples_ = 0;  // of the present reply
    int mute_failures_ = 0;         // replies in a row that failed before they were heard
    TimePoint sounding_until_{};    // at the caller's ear

    TimePoint over_at_{};
    TimePoint received_at_{};      // the last of anything
    bool has_ended_ = false;       // in order: nobody comes back
    bool was_wanted_ = false;      // by somebody who comes back to it
    bool can_be_resumed_ = false;  // as far as the caller has been told
    bool has_been_told_token_ = false;
    bool is_kept_with_its_exchange_ = false;  // the reply that ends now
};

}  // namespace repartee::surfaces::media_stream
