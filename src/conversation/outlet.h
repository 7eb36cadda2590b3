// The client's side of a conversation: what a turn can send. Each surface implements it in its own
// protocol; the conversation never hears of one.
//
// Calls come from the conversation's strand, one at a time per kind of output: text and audio of
// one reply may interleave, two replies never do. A call that waits holds the reply back (that is
// how a slow client slows the model down); when the client is gone, calls return at once.
#pragma once

#include "audio/pcm.h"
#include "base/error.h"
#include "skills/skill.h"
#include "vocabulary/timeline.h"
#include "vocabulary/transcript.h"

#include <optional>
#include <span>
#include <string>

namespace repartee::conversation {

enum class Outcome {
    Complete,     // said to the end
    Interrupted,  // the user wanted to speak, or left
    Failed,       // an engine gave up; `error` says why
};

// "complete", "interrupted", "failed".
std::string_view name_of(Outcome outcome);

struct ReplyHead {
    std::string turn;    // id, for the log
    std::string model;   // who is about to answer: "llama3.1"
    std::string prompt;  // what the user said; empty when the agent speaks first
    // What the user has heard of the same reply before the line was lost; the text goes on behind it.
    std::string said_before = {};
};

struct ReplyEnd {
    Outcome outcome = Outcome::Complete;
    std::string text;        // everything that was generated, as sent
    std::string heard_text;  // the part that reached the user
    Error error = {};
    Timeline timeline = {};
    // What the client shall do now; only for a complete reply.
    std::optional<skills::ClientAction> action = {};
};

class Outlet {
public:
    virtual ~Outlet() = default;

    // Whether the client takes the reply as sound, and at which rate. Asked once a turn.
    virtual bool takes_audio() const = 0;
    virtual int audio_rate() const = 0;
    // How far the sound that has left may be ahead of the listener's ear; nothing: it leaves as soon as
    // it is made, and the client plays it when it likes. Smaller leaves less to take back when the
    // listener interrupts, larger survives worse networks.
    virtual std::optional<Duration> playback_lead() const { return std::nullopt; }
    // All sound of the reply has been given to reply_audio; the last of it may still be on its way to the
    // ear.
    virtual awaitable<void> reply_audio_ended() { co_return; }
    // Whatever has been sent of the reply and is not heard yet shall not be heard. Called when somebody
    // interrupts a reply, before `reply_ended`.
    virtual awaitable<void> silence() { co_return; }

    // What somebody is saying, as far as it is understood: only where both speak when they like.
    virtual awaitable<void> heard_so_far(const std::string&) { co_return; }
    // A turn begins with what was understood. `error` is set when hearing failed; then nothing follows.
    virtual awaitable<void> heard(const Transcript& transcript, const Error* error) = 0;
    // Nothing to answer, or nobody to answer it: the turn is over.
    virtual awaitable<void> skipped() = 0;

    virtual awaitable<void> reply_began(const ReplyHead& head) = 0;
    virtual awaitable<void> reply_text(std::string delta) = 0;
    // All text has been given to reply_text; its sound may go on. Not called for a reply that failed
    // or was interrupted before.
    virtual awaitable<void> reply_text_ended(const std::string& text) = 0;
    virtual awaitable<void> reply_audio(std::span<const audio::Sample> samples) = 0;
    virtual awaitable<void> reply_ended(const ReplyEnd& end) = 0;

    // A skill that counts each time is about to run. False: it must not.
    virtual awaitable<bool> before_a_deed() { co_return true; }
};

}  // namespace repartee::conversation
