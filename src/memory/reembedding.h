// Embeds anew what another embedder has embedded, behind everything else.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "engines/embedder.h"
#include "stores/memories.h"

namespace repartee::memory {

// Until nothing is left; texts that the embedder does not take are left as they are until the next start.
// Each batch is kept as it is done, so whoever begins again goes on. Where the embedder or the store is away
// it waits. All referred to outlives it. Throws only when it is cancelled.
awaitable<void> embed_anew(engines::Embedder& embedder, stores::Memories& memories, Clock& clock, Log log);

}  // namespace repartee::memory
