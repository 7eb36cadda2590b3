// One reply on its way through Cartesia: sentences in, requests out; events in, sound out. Decides what to
// ask for, when a context has run out, when to ask again and when to give up; sonic_desk.h carries it out.
// Pure: time is an argument.
//
// The sentences of a reply go into one context, so that they sound as one, as long as they follow each
// other quickly: a context dies a second after its last sound, and the next sentence opens a new one. A
// sentence that came to nothing before its first sound is asked for once more.
#pragma once

#include "base/clock.h"
#include "engines/cartesia/sonic_wire.h"
#include "engines/narration.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace repartee::engines::cartesia {

class SonicReply {
public:
    // `id` is the beginning of its contexts' names, its own among all replies.
    SonicReply(Manner manner, int rate, std::string id, Duration patience);

    // --- what happens ---

    void say(std::string_view sentence);
    void finish() { finished_ = true; }
    void take(const SonicEvent& event, TimePoint now);
    // Its requests have only now found a connection.
    void connected(TimePoint now) { progress_at_ = now; }
    // The connection with its contexts has gone, or there is none to be had.
    void lose_connection(const Error& why, TimePoint now);

    // --- what follows ---

    // Decides. `room`: whether what it gives is fetched, so that more may be asked for.
    void pump(TimePoint now, bool room);

    struct Request {
        std::string context;
        std::string message;
    };
    // To be sent in order, each once.
    std::vector<Request> take_requests() { return std::exchange(requests_, {}); }

    std::optional<SpeechChunk> next_chunk() { return narration_.next(); }

    // All is said and heard, or it has failed; there is nothing more to come then.
    bool complete() const { return finished_ && sentences_.empty(); }
    const std::optional<Error>& failure() const { return failure_; }

    // The context that waits for more from us or owes us sound. When nobody wants that any more it has to
    // be told.
    std::optional<std::string> open_context() const;

private:
    struct Sentence {
        std::string text;
        std::size_t begin = 0;  // bytes of all the text
        bool speakable = true;
    };

    bool owed_is_told() const;

    void ask_for_the_next();
    void end_sentence();
    void settle_the_silent();
    void come_to_nothing(const Error& why, TimePoint now);
    void take_sound(std::string_view bytes);

    const Manner manner_;
    const std::string id_;
    const Duration patience_;
    Narration narration_;

    std::deque<Sentence> sentences_;  // whose sound has not come whole; bounded by the reply
    std::size_t said_ = 0;            // bytes of all the text
    std::size_t asked_for_ = 0;       // of these, from the front
    std::size_t owed_ = 0;            // of those asked for, the ones that have to be spoken
    bool finished_ = false;

    std::string context_;          // that is open; empty: none
    int contexts_ = 0;             // that there have been
    std::string context_text_;     // the last that it was given
    bool context_ended_ = false;   // there will be no more text for it
    bool context_proved_ = false;  // a sentence of it came whole
    TimePoint progress_at_{};      // the last event, or request
    TimePoint not_before_{};       // the second attempt
    bool second_attempt_ = false;  // at the first sentence
    std::string half_sample_;      // of the present context
    std::vector<Request> requests_;
    std::optional<Error> failure_;
};

}  // namespace repartee::engines::cartesia
