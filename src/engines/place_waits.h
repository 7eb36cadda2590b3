// For engines that have few places: how long work that was ready waited for one. Those numbers are shown with
// the others, and they tell whether more can be taken on (capacity/watch.h reads them under this name).
#pragma once

#include "base/clock.h"
#include "base/metrics.h"

#include <functional>
#include <string>

namespace repartee::engines {

// Call what is returned once for each piece of work that has got its place, or has given up waiting; also
// where it did not wait at all, or nobody knows how many did. `trade`: "recogniser". Any thread; the metrics
// outlive it.
inline std::function<void(Duration)> place_waits(Metrics& metrics, const std::string& trade,
                                                 const std::string& kind) {
    auto waits =
        metrics.seconds("repartee_engine_wait_seconds", "How long work waited for a place at an engine.",
                        {{"trade", trade}, {"kind", kind}});
    return [waits](Duration waited) { waits.observe(std::chrono::duration<double>(waited).count()); };
}

}  // namespace repartee::engines
