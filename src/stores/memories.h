// Facts that are remembered about a person across conversations, found by meaning. What holds for all stores
// is said in people.h.
#pragma once

#include "base/async.h"
#include "vocabulary/owner.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repartee::stores {

// Of length 1, so that the inner product of two is their cosine.
using Vector = std::vector<float>;

struct Memory {
    std::string id;
    std::string text;      // "My cat is called Ink."
    std::string category;  // "personal", "preference" …; may be empty
    std::string source;  // "learned" (asked for), "extracted" (from what was said), "ingested", "told" (typed
                         // by hand)
    std::int64_t created_at_ms = 0;
    std::int64_t updated_at_ms = 0;
};

struct NewMemory {
    Memory memory;  // its id made by the caller
    Vector vector;
};

struct FoundMemory {
    Memory memory;
    double score = 0;  // cosine: 1 is the same, 0 has nothing to do with it
};

class Memories {
public:
    virtual ~Memories() = default;

    // All or none of them. `embedder` names who made the vectors (engines/embedder.h): only vectors of one
    // are compared.
    virtual awaitable<void> add(Owner owner, std::string embedder, std::vector<NewMemory> memories) = 0;
    // Puts another text in place of one; false where the owner has no such.
    virtual awaitable<bool> correct(Owner owner, std::string embedder, NewMemory memory) = 0;
    virtual awaitable<bool> forget(Owner owner, std::string id) = 0;
    virtual awaitable<void> forget_all(Owner owner) = 0;

    // The nearest, best first, none below `least`. Of the owner's, and of nobody else's: the store's own
    // query says so.
    virtual awaitable<std::vector<FoundMemory>> search(Owner owner, std::string embedder, Vector vector,
                                                       std::size_t limit, double least) = 0;
    virtual awaitable<std::optional<Memory>> find(Owner owner, std::string id) = 0;
    // Latest first, from behind (`before_ms` of updated_at_ms, `before_id`); `query`: only those with these
    // words.
    virtual awaitable<std::vector<Memory>> list(Owner owner, std::string query, std::size_t limit,
                                                std::int64_t before_ms, std::string before_id) = 0;
    virtual awaitable<std::size_t> count(Owner owner) = 0;

    // Of anybody: those whose vector another embedder made. For re-embedding, which is no owner's business.
    struct Outdated {
        Owner owner;
        std::string id;
        std::string text;
    };
    virtual awaitable<std::vector<Outdated>> outdated(std::string embedder, std::size_t limit) = 0;
    // Where the text is still this one.
    virtual awaitable<void> replace_vector(Owner owner, std::string id, std::string text,
                                           std::string embedder, Vector vector) = 0;
};

}  // namespace repartee::stores
