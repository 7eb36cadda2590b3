// What a worker program is around its engine: it listens, and serves every connection by itself. When the
// server ends, so does all of this. docs/workers.md has the whole picture.
#pragma once

#include "processes/confine.h"
#include "workers/wire.h"

#include <functional>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
}

namespace repartee::workers {

enum class Hosting {
    // Each connection in a process of its own, a copy of this one with everything loaded. So nothing of one
    // reaches another: not a crash, not memory, not the engine's global state; and one that is closed ends
    // its process at once, whatever that is doing.
    Copies,
    // Each in a thread: for engines whose connections share what cannot be copied, and that notice by
    // themselves that a connection has closed. A crash is everybody's.
    Threads,
};

struct Engine {
    std::string name;         // "repartee-espeak"
    std::string description;  // for --help
    // The engine's own options on the command line, where it has any.
    std::function<void(CLI::App&)> add_options = [](CLI::App&) {};
    // Loads what all connections share. Throws Failure when there is nothing to work with.
    std::function<void()> prepare;
    // What it offers: answered to `describe`.
    std::function<wyoming::Event()> info;
    // Serves one request, from its first event that is neither `describe` nor `ping` to its end. A Failure is
    // told to the other side as an `error` event.
    std::function<void(Wire&, wyoming::Event first)> serve;
    processes::Confinement confinement = {};  // of each copy
    Hosting hosting = Hosting::Copies;
};

// The program's `main`.
int host(const Engine& engine, int argc, char** argv);

}  // namespace repartee::workers
