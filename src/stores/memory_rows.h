// The rows of a database's memories, for who finds them by meaning outside of it (VectorStore): how far an
// owner's have come, those behind a revision with their vectors, and what is true of some now.
//
// Every change of an owner's memories has the next revision of that owner, in the order of the commits
// (sql_memories.h). So a row of one revision never changes: what is changed has another, and a revision never
// comes back.
#pragma once

#include "stores/memories.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repartee::stores {

// How far an owner's memories have come.
struct MemoryRevision {
    std::int64_t revision = 0;
    std::int64_t deletions = 0;  // how many of the changes have deleted something
    friend bool operator==(const MemoryRevision&, const MemoryRevision&) = default;
};

struct MemoryRow {
    std::int64_t revision = 0;  // of the last change of this memory
    std::string id;
    std::string embedder;
    Vector vector;
};

struct PresentMemory {
    Memory memory;
    std::string embedder;
    std::int64_t revision = 0;
};

// Threads and failures as in people.h.
class MemoryRows {
public:
    virtual ~MemoryRows() = default;
    // Nothing for who has never had a memory.
    virtual awaitable<std::optional<MemoryRevision>> revision_of(Owner owner) = 0;
    // By revision and id, from behind these two. Of all embedders.
    virtual awaitable<std::vector<MemoryRow>> rows_behind(Owner owner, std::int64_t revision, std::string id,
                                                          std::size_t limit) = 0;
    // Those of these ids that there are, in any order. A few hundred ids at once.
    virtual awaitable<std::vector<PresentMemory>> rows_with(Owner owner, std::vector<std::string> ids) = 0;
};

}  // namespace repartee::stores
