// What every command that hears, thinks or speaks stands on: a loop, a clock, workers and engines.
// Built in order and destroyed in reverse, so that references to what stands above it are safe.
#pragma once

#include "app/settings.h"
#include "base/metrics.h"
#include "base/worker_pool.h"
#include "devices/catalogue.h"
#include "engines/hall.h"
#include "hearing/ears.h"
#include "net/http_client.h"

#include <boost/asio/io_context.hpp>

namespace repartee::app {

class Core {
public:
    // `authority_file`: a certificate to trust besides the system's, or empty.
    Core(const Settings& settings, Parts& parts, Log log, const std::filesystem::path& authority_file = {});

    asio::io_context context;
    SystemClock clock;
    Log log;
    Metrics metrics;
    WorkerPool pool;
    net::HttpClient http;
    engines::Surroundings surroundings;
    devices::Surroundings device_surroundings;
    engines::Hall hall;
    hearing::Ears ears;

    // Runs one coroutine to its end on this thread. Throws what it throws.
    void run(awaitable<void> coroutine);
};

}  // namespace repartee::app
