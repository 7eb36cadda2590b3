// What every engine has in common, whichever its trade. The trades are in the headers beside this
// one: recogniser.h, model.h, synthesiser.h, detector.h, decoder.h.
//
// Engines outlive the conversations that use them. `info` may be asked from any thread; `check`
// and `start` are called on the server's strands, several at once.
#pragma once

#include "base/async.h"

#include <string>

namespace repartee::engines {

// Where the work is done. Decides what `auto` and `local_only` may pick.
enum class Place {
    Embedded,  // inside this process: always there
    Local,     // another process on this machine or in this house
    Cloud,     // somebody else's computer
};

struct EngineInfo {
    std::string kind;   // "pocketsphinx", as in the settings
    std::string model;  // the model or voice within it: "en-us", "llama3.1", "slt"
    Place place = Place::Embedded;
};

// Whether an engine could serve a turn now.
struct Health {
    bool usable = false;
    std::string reason;       // "answers at http://localhost:11434 with llama3.1", "no model file"
    std::string advice = {};  // what to type to make it usable; empty when it is
};

class Engine {
public:
    virtual ~Engine() = default;

    virtual EngineInfo info() const = 0;

    // Loads what is slow to load and asks the peer, so that the first turn need not wait.
    // Called at start and again from time to time. Never throws for an unusable engine: says so.
    virtual awaitable<Health> check() = 0;

    // The loop is about to end: lets go of connections held in the background, and waits briefly until
    // that is done. Nothing is asked of the engine afterwards.
    virtual awaitable<void> close() { co_return; }
};

}  // namespace repartee::engines
