// One socket of the stream: somebody who talks, by text or by sound, and hears one answer to each thing they
// say.
//
// One coroutine receives; what was said goes through one queue, in the order in which it was said, to the
// coroutine that has it understood and hands it to the conversation. When the client leaves everything stops;
// when the server is about to stop, what was said is still answered.
#pragma once

#include "base/channel.h"
#include "conversation/conversation.h"
#include "net/websocket.h"
#include "surfaces/voice_ai/attendant.h"
#include "surfaces/voice_ai/messages.h"
#include "surfaces/voice_ai/sound_intake.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace repartee::surfaces::voice_ai {

// Who has opened the socket.
struct Visitor {
    std::optional<accounts::Principal> principal = {};  // nothing: nobody in particular
    std::string token = {};                             // theirs, if they have one
};

struct StreamOptions {
    bool speech = false;    // the answer as sound, too
    bool timeline = false;  // what happened when, behind each answer
};

class Session final : private conversation::Outlet {
public:
    // On the socket's strand; all referred to outlives the session.
    Session(const Executor& executor, std::string name, net::WebSocket& socket, Desk& desk, Visitor visitor,
            std::unique_ptr<Attendant> attendant, StreamOptions options);

    awaitable<void> run();

private:
    using Said = std::variant<Words, RecordingEnded, UtteranceHeard, NothingCame, TooMuchSound>;
    enum class Way { Text, Sound };

    SoundIntake::Options limits_of_sound() const;
    awaitable<void> answer();

    // --- what the client sends ---
    awaitable<void> receive();
    void take(Said said);

    // --- what was said, in order ---
    awaitable<void> listen();
    awaitable<void> understand(RecordingEnded ended);
    awaitable<void> hear(Way way, Result<Transcript> heard, Timeline timeline);
    awaitable<bool> is_still_welcome();

    // --- what the conversation sends ---
    bool takes_audio() const override { return options_.speech; }
    int audio_rate() const override { return audio::speech_rate; }
    awaitable<void> heard(const Transcript& transcript, const Error* error) override;
    awaitable<void> skipped() override;
    awaitable<void> reply_began(const conversation::ReplyHead& head) override;
    awaitable<void> reply_text(std::string) override { co_return; }
    awaitable<void> reply_text_ended(const std::string&) override { co_return; }
    awaitable<void> reply_audio(std::span<const audio::Sample> samples) override;
    awaitable<void> reply_ended(const conversation::ReplyEnd& end) override;

    net::WebSocket& socket_;
    Desk& desk_;
    Visitor visitor_;
    StreamOptions options_;
    Log log_;
    std::unique_ptr<Attendant> attendant_;

    std::optional<std::string> refused_;  // why what came just now was not taken in
    SoundIntake intake_;                  // has the budget of what waits in the next
    Channel<Said> said_;
    conversation::Conversation conversation_;
    std::deque<Way> ways_;                   // of what the conversation has not begun to answer
    Way way_ = Way::Text;                    // of what it answers
    std::optional<std::string> transcript_;  // where that was sound
    std::deque<capacity::Ticket> places_;    // beside ways_
    capacity::Ticket place_in_turn_;
    std::uint64_t pieces_of_speech_ = 0;  // of the reply under way
};

}  // namespace repartee::surfaces::voice_ai
