// An agent in full: who it is, with which engines it hears, thinks and speaks, and its manners in a call.
// Plain values; whoever takes a call reads them from an AgentBook.
#pragma once

#include "base/fields.h"
#include "base/secret.h"
#include "conversation/agent.h"
#include "engines/wishes.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace repartee::agents {

// Who does one trade for an agent, and what is wanted of it. Where `kind` is empty nobody has been chosen:
// the server's own engine does it, and the rest of this means nothing.
struct EngineChoice : engines::Wishes {
    std::string kind = {};     // as in the settings: "openai"
    std::string told_by = {};  // what made the choice, for messages: "config.json: models.tts_model"
};

struct RecogniserChoice : EngineChoice {
    Language language = {};            // empty: the agent's own where the recogniser knows it, else any
    bool identifies_language = false;  // recognisers that can are asked to
    bool separates_speakers = false;   // says who of several speaks
    bool finds_endpoints = true;       // tells by itself where an utterance ends
};

// How an agent shares the floor.
struct TurnTaking {
    // From which probability on a detector that knows probabilities takes sound for speech, 0 to 1.
    double threshold = 0.7;
    // Voice that goes on for so long is speech whatever its words: shorter is a cough.
    std::chrono::milliseconds min_speech{250};
    // Silence after which an utterance is over. Shorter answers sooner and cuts off those who think.
    std::chrono::milliseconds min_silence{500};
    // With a recogniser that tells no partials: voiced pieces of sound in a row that interrupt a reply.
    int max_interruptions = 25;
    // After an interruption nothing interrupts for so long: what is heard then is the rest of it.
    std::chrono::milliseconds hold_off{1000};
    // How far sound that has left may be ahead of the listener's ear.
    std::chrono::milliseconds lead{300};
};

struct Definition {
    conversation::Agent agent;
    std::string first_message = {};  // said when a call begins; empty: the caller speaks first
    RecogniserChoice recogniser = {};
    EngineChoice model = {};
    EngineChoice synthesiser = {};
    TurnTaking turn_taking = {};
    std::chrono::milliseconds session_timeout{300'000};  // of a call
    // Where values came from that are not the usual ones, by the keys of `describe`: for `repartee check`.
    std::map<std::string, std::string> origins = {};
};

// How fast agents of the originals' files speak where nobody says, and how fast any may.
inline constexpr double usual_speed = 0.85;
inline constexpr double slowest = 0.6;
inline constexpr double fastest = 1.5;
inline constexpr double quietest = 0.5;
inline constexpr double loudest = 2.0;

// What a definition starts from: an agent with a name, the usual speed and the skills that need nobody.
Definition blank(std::string id);

// The keys of [agents.<id>].
void describe(Fields& fields, Definition& definition);

}  // namespace repartee::agents
