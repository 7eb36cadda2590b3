// What a command that looks after the stores stands on: a loop, a clock and the stores, without engines and
// surfaces. Built in order and destroyed in reverse.
#pragma once

#include "app/keeping.h"
#include "app/settings.h"
#include "base/async.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"

#include <boost/asio/io_context.hpp>

#include <cstdint>

namespace repartee::app {

class StoreRoom {
public:
    // Logs warnings and worse: standard output is the command's.
    StoreRoom(const Settings& settings, const Parts& parts);

    asio::io_context context;
    SystemClock clock;
    Log log;
    Metrics metrics;
    Keeping keeping;

    // Runs one coroutine to its end on this thread. Throws what it throws.
    void run(awaitable<void> coroutine);
    // The tables as this program knows them.
    awaitable<void> migrate();
    std::int64_t wall_ms() const;
};

}  // namespace repartee::app
