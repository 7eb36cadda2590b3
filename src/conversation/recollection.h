// What a conversation knows beyond itself: what is remembered of the person, and where what is said is kept.
// The conversation asks before each answer and tells after it; src/memory implements it for people with a
// memory. One for each conversation, on its strand; outlives it.
#pragma once

#include "base/async.h"
#include "skills/skill.h"
#include "vocabulary/message.h"

#include <optional>
#include <string>
#include <vector>

namespace repartee::conversation {

struct Recalled {
    // What goes behind the agent's instructions: the person's profile, facts that may matter for what they
    // said, a summary of what was said long ago. Empty: nothing.
    std::string background;
    // What was said before, oldest first, where it is kept elsewhere; nothing: what this conversation itself
    // remembers.
    std::optional<std::vector<Message>> recent;
};

class Recollection {
public:
    virtual ~Recollection() = default;

    // For an answer to this. Beside a voice: what cannot be had within a moment is left out. Throws
    // Failure{Unavailable} only where an answer without it would be a wrong one.
    virtual awaitable<Recalled> recall(std::string utterance) = 0;

    // An exchange is over: keeps it, as it was heard, before the client is told that the reply is complete.
    // Throws Failure when it cannot be kept; then the turn has failed. `action`: what the client is told to
    // do.
    virtual awaitable<void> keep(std::vector<Message> exchange,
                                 std::optional<skills::ClientAction> action) = 0;
};

}  // namespace repartee::conversation
