// What skills can do about a person's long-term memory. One is made for each person who talks; src/memory
// implements it. Calls on the conversation's strand.
#pragma once

#include "base/async.h"

#include <string>
#include <vector>

namespace repartee::skills {

class Remembering {
public:
    virtual ~Remembering() = default;

    enum class Outcome {
        New,        // is remembered from now on
        Known,      // was known already
        Corrected,  // took the place of what it contradicts
    };
    // Throws Failure: Unavailable, Busy; TooLarge when the person's memory is full. Returns when it is kept.
    virtual awaitable<Outcome> learn(std::string fact, std::string category) = 0;

    // Forgets what means this; the texts that were forgotten, none when nothing was meant by it.
    virtual awaitable<std::vector<std::string>> forget(std::string what) = 0;

    // Pieces of a longer text, in order; all or none. How many were new.
    virtual awaitable<std::size_t> ingest(std::vector<std::string> pieces, std::string origin) = 0;
};

}  // namespace repartee::skills
