// Memory that many connections used and nobody uses any more goes back to the system.
#pragma once

#include "base/async.h"
#include "base/clock.h"

#include <functional>

namespace repartee::app {

// Until it is cancelled. The allocator keeps what is freed for whoever comes next; after a rush that would
// be for ever, so it is told when far fewer are left than there were.
awaitable<void> give_back_memory(Clock& clock, std::function<std::size_t()> connections);

}  // namespace repartee::app
