// The server's figures, a second apart, for as long as somebody looks: nobody counts anything otherwise.
//
// Any thread. All who look within the same second share one message.
#pragma once

#include "base/clock.h"
#include "base/metrics.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace repartee::surfaces::console {

// What this process has used. Workers are processes of their own, and not in it.
struct ProcessUse {
    double processor_seconds = 0;
    std::uint64_t memory_bytes = 0;
};

// All that is shown, as it stood at one moment. Totals count from the server's start.
struct Figures {
    using Buckets = std::vector<MetricReading::Bucket>;

    TimePoint at{};
    std::int64_t wall_ms = 0;
    ProcessUse use;
    std::map<std::string, double> sessions = {};  // open, by surface
    std::map<std::string, double> turns = {};     // total, by outcome
    double connections = 0;
    double sockets = 0;
    double requests = 0;  // total
    double jobs_waiting = 0;
    double jobs_running = 0;
    double step = 0;                             // of what is done without; capacity::Step
    double pressure = 0;                         // 1: as much as is borne
    double refused = 0;                          // total
    std::map<std::string, Buckets> stages = {};  // "speech_end>final_text": seconds
};

// Over so much the times of the stages are put together.
inline constexpr auto stage_window = std::chrono::seconds(60);

// --- pure ---

Figures figures_of(const std::vector<MetricReading>& readings);

// In milliseconds, of what was observed between two moments; nothing where nothing was.
std::optional<double> percentile_ms(const Figures::Buckets& before, const Figures::Buckets& now,
                                    double share);

// {"type":"sample",...}: what is, and what has happened since `before`; the stages since `window`. Null:
// since the server's start.
boost::json::object sample(const Figures& now, const Figures* before, const Figures* window);

class Pulse {
public:
    // Both outlive it.
    Pulse(const Metrics& metrics, const Clock& clock) : metrics_(metrics), clock_(clock) {}

    using Message = std::shared_ptr<const std::string>;  // owners: the pulse, and those who send it

    // The present one. Reads the metrics once a second at most.
    Message beat();
    // The last two minutes that somebody looked at, as far as they are kept, the oldest first.
    std::vector<Message> earlier() const;

private:
    const Metrics& metrics_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::deque<Figures> figures_;   // of the window and one before it
    std::deque<Message> messages_;  // never more than most_messages
};

}  // namespace repartee::surfaces::console
