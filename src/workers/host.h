// What a worker program is around its engine: it listens, and serves every connection in a process of
// its own, which is a copy of this one with everything loaded.
//
// So nothing of one connection reaches another: not a crash, not memory, not the engine's global state.
// A connection that is closed ends its process at once, whatever that is doing; when the server ends, so
// does all of this. docs/workers.md has the whole picture.
#pragma once

#include "processes/confine.h"
#include "workers/wire.h"

#include <functional>
#include <string>

namespace repartee::workers {

struct Engine {
    std::string name;         // "repartee-espeak"
    std::string description;  // for --help
    // Loads what all connections share. Throws Failure when there is nothing to work with.
    std::function<void()> prepare;
    // What it offers: answered to `describe`.
    std::function<wyoming::Event()> info;
    // Serves one request, from its first event that is neither `describe` nor `ping` to its end. In a
    // confined process of its own, one for each connection. A Failure is told to the other side as an `error`
    // event.
    std::function<void(Wire&, wyoming::Event first)> serve;
    processes::Confinement confinement;
};

// The program's `main`.
int host(const Engine& engine, int argc, char** argv);

}  // namespace repartee::workers
