// What a conversation has come to, for who goes on with it elsewhere: over another line, in another process.
// Plain values.
#pragma once

#include "base/clock.h"
#include "vocabulary/message.h"

#include <string>
#include <vector>

namespace repartee::conversation {

// What the user still waits for.
struct Due {
    enum class Kind {
        Answer,  // to a question; the model is asked (again)
        Words,   // the agent's own, word for word: a timer that has fired
        Rest,    // of a reply whose text is known: what was not heard of it, word for word
        Excuse,  // a skill that counts each time had begun, and nobody knows what became of it: that is owned
                 // up to, and nothing is done again
    };
    Kind kind = Kind::Answer;
    std::string text;       // the question (of an excuse: if it is not in the past yet), or what is said
    bool told = false;      // the client has been told the question
    std::string said = {};  // of the same reply, by then heard
};

struct RunningTimer {
    Duration left{};
    std::string announcement;
};

struct Snapshot {
    std::vector<std::vector<Message>> past;  // exchanges, oldest first, as the user heard them
    std::vector<Due> due;                    // in this order
    std::vector<RunningTimer> timers;
};

}  // namespace repartee::conversation
