// Where the present AgentBook lies. Calls take it when they begin; a reload puts another in its place.
#pragma once

#include "agents/agent_book.h"
#include "base/error.h"

#include <functional>
#include <memory>
#include <mutex>

namespace repartee::agents {

class AgentShelf {
public:
    // `read_again` reads the files once more: a new book, or all mistakes in the Error's message. It
    // blocks, and outlives the shelf with all it refers to.
    AgentShelf(AgentBook book, std::function<Result<AgentBook>()> read_again);

    // The present one, for as long as its owner (a call) keeps it. Any thread.
    std::shared_ptr<const AgentBook> book() const;

    // Reads the files again and changes the book. Where that fails the old one stays, and the Error says
    // why. Blocks: any thread but the loop's, or the loop's for a moment; one at a time.
    Result<void> reload();

private:
    const std::function<Result<AgentBook>()> read_again_;
    std::mutex reloading_;
    // Guards the pointer alone: readers and the reload share nothing else. (libstdc++ 12's
    // atomic<shared_ptr> is a lock as well, and one that ThreadSanitizer does not know.)
    mutable std::mutex mutex_;
    std::shared_ptr<const AgentBook> book_;  // owners: the shelf, and calls that began with it
};

}  // namespace repartee::agents
