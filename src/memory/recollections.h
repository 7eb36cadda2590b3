// Makes the Recollection of a conversation: the short-term window (session memory, the database where that is
// gone), a summary of what fell out of it, facts that fit what was said, the profile; and keeps what is said.
// All by the owner: nobody is shown what is another's.
#pragma once

#include "conversation/recollection.h"
#include "engines/model.h"
#include "memory/long_term.h"
#include "stores/history.h"
#include "stores/session_memory.h"

#include <memory>
#include <string>

namespace repartee::memory {

struct RecollectionSettings {
    std::size_t window = 10;    // messages of the session that the model is shown word for word
    std::size_t facts = 3;      // memories beside each answer
    double least_score = 0.2;   // of a fact that is worth mentioning
    bool extract_facts = true;  // asks the model, behind the conversation, what is worth remembering
    bool summarise = true;
    std::chrono::milliseconds patience{250};  // for what is only useful: facts, session memory, a summary
};

// Who talks, and where.
struct Party {
    Owner owner;
    std::string session;       // the client's session_id
    std::string profile_text;  // what the prompt says about them: "The user's name is …"; may be empty
};

// The room's one entrance for surfaces. Outlives all it makes. Any strand; what it makes lives on the strand
// of its conversation.
//
// A user's exchange is in the history before `keep` returns, and the history is the truth: session memory
// that is away, empty or may be stale is passed over and filled anew. Without history and session memory
// `recall` throws Failure{Unavailable}: an answer without what was said before would be a wrong one. An
// anonymous session has the session memory alone, and what the conversation itself remembers where that is
// away.
class Recollections {
public:
    Recollections(LongTerm& long_term, stores::History& history, stores::SessionMemory& sessions,
                  Clock& clock, Log log, RecollectionSettings settings);
    ~Recollections();

    // `model` does the summing up and extracting, behind the conversation and also after it: it outlives
    // this. The model `rules` is not asked.
    std::unique_ptr<conversation::Recollection> make(Party party, engines::Model& model);
    // For the skills of the same conversation.
    std::unique_ptr<skills::Remembering> remembering(Owner owner);

    // Forgets what is not in the database: session memory, what is still to be thought about, and for an
    // anonymous owner everything. Throws Failure{Unavailable} where the session memory is away; it is not
    // believed about these sessions any more, either way.
    awaitable<void> forget_sessions(Owner owner);
    awaitable<void> forget_session(Owner owner, std::string session);
    // Forgets all facts, also those that nobody has found yet in what was said.
    awaitable<void> forget_facts(Owner owner);

    // Work behind conversations (summaries, extraction) runs here until cancelled. Spawned once, by app.
    awaitable<void> run();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::memory
