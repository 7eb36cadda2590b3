// What is remembered of people for good: found by meaning, never twice, corrected when it changes. Users'
// facts are in the database; an anonymous session's are in this process, for an hour. Any strand, many calls
// at a time; what is remembered of one owner is judged one fact after the other.
//
// Searching and remembering need the embedder; where that fails, they fail.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/log.h"
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
    // `fleeting`: where the facts of anonymous sessions are. All referred to outlives it.
    LongTerm(engines::Embedder& embedder, stores::Memories& lasting, stores::Memories& fleeting, Clock& clock,
             Log log);
    ~LongTerm();

    // Embeds anew what another embedder had embedded, in batches and behind everything else, until nothing is
    // left. Begins where it was broken off; waits while the embedder or the store is away. Spawned once, by
    // app.
    awaitable<void> run();

    // Best first. Throws Failure as the store and the embedder do.
    awaitable<std::vector<stores::FoundMemory>> search(Owner owner, std::string query, std::size_t limit,
                                                       double least);

    struct Remembered {
        stores::Memory memory;
        skills::Remembering::Outcome outcome = skills::Remembering::Outcome::New;
    };
    // `source` as in stores::Memory. The text is put on one line and cut to longest_memory. Throws Failure as
    // the store and the embedder do, Unprocessable for a text without anything in it, TooLarge where the
    // owner has most_memories.
    awaitable<Remembered> remember(Owner owner, std::string text, std::string category, std::string source);
    // Nothing when the owner has no such memory.
    awaitable<std::optional<stores::Memory>> correct(Owner owner, std::string id, std::string text);
    awaitable<bool> forget(Owner owner, std::string id);
    // What means this ("my cat's name"), what was remembered last ("that"), or all of it ("everything about
    // me"). The texts that were forgotten, of many only the first.
    awaitable<std::vector<std::string>> forget_meaning(Owner owner, std::string what);
    awaitable<void> forget_all(Owner owner);
    // Pieces of a longer text, all or none; those that are there word for word are not added again. How many
    // were new. `origin` is their category: where they are from.
    awaitable<std::size_t> ingest(Owner owner, std::vector<std::string> pieces, std::string origin);

    // The store of this owner's facts, for lists and single ones.
    stores::Memories& store_of(const Owner& owner);

    static constexpr std::size_t longest_memory = 2000;  // bytes
    // Of one owner; of an anonymous one 200. So many vectors of 384 numbers fit into what a store keeps of
    // all in RAM by its settings (vectors_mib); one with more would have them read from the database for each
    // search.
    static constexpr std::size_t most_memories = 200'000;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::memory
