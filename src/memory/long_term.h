// What is remembered of people for good: found by meaning, never twice, corrected when it changes. Users'
// facts are in the database; an anonymous session's are in this process, for an hour. Any strand, many calls
// at a time.
//
// Searching needs the embedder; where that fails, nothing is found by meaning and a log line says so.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/task.h"
#include "engines/embedder.h"
#include "skills/remembering.h"
#include "stores/memories.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::memory {

class LongTerm {
public:
    // `fleeting`: where the facts of anonymous sessions are. All referred to outlives it. Begins to embed
    // anew what another embedder had embedded, behind everything else, in `run`.
    LongTerm(engines::Embedder& embedder, stores::Memories& lasting, stores::Memories& fleeting, Clock& clock,
             Log log);
    ~LongTerm();

    // Re-embeds in the background until cancelled. Spawned once, by app.
    awaitable<void> run();

    // Best first. Throws Failure as the store and the embedder do.
    awaitable<std::vector<stores::FoundMemory>> search(Owner owner, std::string query, std::size_t limit,
                                                       double least);

    struct Remembered {
        stores::Memory memory;
        skills::Remembering::Outcome outcome = skills::Remembering::Outcome::New;
    };
    // `source` as in stores::Memory. The text is cut to longest_memory.
    awaitable<Remembered> remember(Owner owner, std::string text, std::string category, std::string source);
    // Nothing when the owner has no such memory.
    awaitable<std::optional<stores::Memory>> correct(Owner owner, std::string id, std::string text);
    awaitable<bool> forget(Owner owner, std::string id);
    awaitable<std::vector<std::string>> forget_meaning(Owner owner, std::string what);
    awaitable<void> forget_all(Owner owner);
    awaitable<std::size_t> ingest(Owner owner, std::vector<std::string> pieces, std::string origin);

    // The store of this owner's facts, for lists and single ones.
    stores::Memories& store_of(const Owner& owner);

    static constexpr std::size_t longest_memory = 2000;      // bytes
    static constexpr std::size_t most_memories = 1'000'000;  // of one owner; of an anonymous one 200

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::memory
