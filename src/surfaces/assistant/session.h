// One push-to-talk socket: its buffer, its conversation, its messages.
//
// One coroutine receives; beside it one listens to the recordings in the order they were made, and one
// is the conversation. When the client leaves, the receiver ends and the others are cancelled: whatever
// they were doing, the model included, stops. When the server is about to stop, what was said is still
// answered.
#pragma once

#include "base/channel.h"
#include "base/task.h"
#include "conversation/conversation.h"
#include "hearing/recording.h"
#include "net/websocket.h"
#include "surfaces/assistant/messages.h"
#include "surfaces/assistant/settings.h"
#include "surfaces/surface.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace repartee::surfaces::assistant {

class Session final : private conversation::Outlet {
public:
    // On the socket's strand; all referred to outlives the session.
    Session(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
            const AssistantSettings& settings, bool model_enabled);

    // `captions`: how somebody who sends nothing is shown what is said in the room. Whoever sends something
    // is an assistant's client and is shown nothing of it any more. Nothing: nobody is.
    awaitable<void> run(std::optional<RoomWishes> captions);

private:
    awaitable<void> answer();

    // --- captions, until the client sends something ---
    // Nobody waits for them: idle sockets are many, and a coroutine each would be a fifth of what one takes.
    void begin_captions(RoomWishes wishes);
    awaitable<void> send_captions();
    void end_captions();
    // Another process has the microphone: who only watches is better off there.
    void move_on();

    struct Ended {
        std::unique_ptr<hearing::Recording> recording;
        TimePoint at;
        capacity::Ticket place;
    };

    // --- what the client sends ---
    awaitable<void> receive();
    awaitable<bool> handle_audio(std::string bytes);  // false: the socket has been closed
    awaitable<void> handle_text(const std::string& text);
    awaitable<void> start_recording();
    awaitable<void> end_recording();
    awaitable<void> take_options(Options options);

    // --- recordings to transcripts ---
    awaitable<void> listen();

    // --- what the conversation sends ---
    bool takes_audio() const override { return options_.speech; }
    int audio_rate() const override { return audio::speech_rate; }
    awaitable<void> heard(const Transcript& transcript, const Error* error) override;
    awaitable<void> skipped() override;
    awaitable<void> reply_began(const conversation::ReplyHead& head) override;
    awaitable<void> reply_text(std::string delta) override;
    awaitable<void> reply_text_ended(const std::string& text) override;
    awaitable<void> reply_audio(std::span<const audio::Sample> samples) override;
    awaitable<void> reply_ended(const conversation::ReplyEnd& end) override;

    Executor executor_;
    net::WebSocket& socket_;
    const Stage& stage_;
    const AssistantSettings& settings_;
    Log log_;

    Options options_;
    std::unique_ptr<hearing::Recording> recording_;  // being made, or nothing
    capacity::Ticket place_;                         // of that
    std::optional<Error> no_place_;                  // for what is being recorded: nobody listens to it
    std::size_t unheard_bytes_ = 0;                  // of that
    std::deque<capacity::Ticket> places_;            // of what the conversation has not taken up yet ...
    capacity::Ticket place_in_turn_;                 // ... and of what it has
    Channel<Ended> ended_;
    conversation::Conversation conversation_;
    std::shared_ptr<Timer> captions_due_;
    std::unique_ptr<RoomViewer> captions_;  // while they are shown
    Task sending_captions_;
    bool is_succeeded_ = false;  // by another process
    bool text_open_ = false;     // `llm start` has been sent, its end has not
    bool speech_open_ = false;   // likewise
};

}  // namespace repartee::surfaces::assistant
