#include "capacity/watch.h"

#include "capacity/cores.h"
#include "processes/available_memory.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace repartee::capacity {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr auto interval = std::chrono::milliseconds(250);
constexpr auto interval_at_ease = std::chrono::milliseconds(1000);

// What changes seldom or takes longer to read.
constexpr auto interval_of_the_rest = std::chrono::seconds(1);
constexpr auto interval_of_processes = std::chrono::seconds(10);

// Reported by engines that have few places (engines/place_waits.h).
constexpr std::string_view waits_name = "repartee_engine_wait_seconds";

}  // namespace

// Asked to ring as soon as it can, as a frame that has come asks: what it waits, others wait.
struct Watch::Probe : std::enable_shared_from_this<Watch::Probe> {
    explicit Probe(const Executor& the_executor) : executor(the_executor) {}

    const Executor executor;
    std::atomic<std::chrono::steady_clock::rep> asked_at{0};  // 0: it is not under way
    std::atomic<std::chrono::steady_clock::rep> took{0};

    static std::chrono::steady_clock::rep ticks() {
        return std::chrono::steady_clock::now().time_since_epoch().count();
    }

    void ask() {
        asked_at = ticks();
        asio::post(executor, [self = shared_from_this()] {
            self->took = ticks() - self->asked_at;
            self->asked_at = 0;
        });
    }
};

Watch::Watch(Gate& gate, const std::vector<Executor>& loops, Metrics& metrics, Clock& clock)
    : gate_(gate),
      metrics_(metrics),
      clock_(clock),
      lag_now_(metrics.gauge("repartee_loop_lag_seconds",
                             "How long what is due waits for the event loop that is latest, lately.")) {
    for (const auto& loop : loops) {
        probes_.push_back(std::make_shared<Probe>(loop));
    }
    cores_ = usable_cores();
    Sight first{.cores = cores_};
    gate_.look(first);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Watch::~Watch() {
    thread_.request_stop();
    wake_.notify_all();
}

void Watch::run(const std::stop_token& stop) {
    TimePoint found_at{};
    looked_at_ = clock_.now();
    used_seconds_ = processes_.seconds();
    for (const auto& probe : probes_) {
        probe->ask();
    }
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        auto pause = gate_.at_ease() ? interval_at_ease : interval;
        wake_.wait_for(lock, stop, pause, [] { return false; });
        if (stop.stop_requested()) {
            return;
        }
        auto now = clock_.now();
        if (found_at == TimePoint{} || now - found_at >= interval_of_processes) {
            processes_.find();
            found_at = now;
        }
        gate_.look(look(now));
    }
}

Sight Watch::look(TimePoint now) {
    auto seconds = processes_.seconds();
    auto elapsed = now - std::exchange(looked_at_, now);
    auto used = (seconds - std::exchange(used_seconds_, seconds)) / std::max(1e-3, Seconds(elapsed).count());
    Sight sight{.elapsed = elapsed, .used = used, .lag = lag(now)};
    waits_lately_ = 0;
    waited_lately_ = 0;
    if (read_at_ == TimePoint{} || now - read_at_ >= interval_of_the_rest) {
        read_at_ = now;
        cores_ = usable_cores();
        memory_ = static_cast<double>(processes::available_memory().value_or(1ULL << 60));
        read_waits();
    }
    sight.cores = cores_;
    // Ticks of the kernel and of its clock differ: more than all there is was not taken.
    sight.used = std::clamp(sight.used, 0.0, std::max(cores_, 1.0) * 1.05);
    sight.memory = memory_;
    sight.waits = waits_lately_;
    sight.waited = std::chrono::duration_cast<Duration>(Seconds(waited_lately_));
    lag_now_.set(Seconds(sight.lag).count());
    return sight;
}

Duration Watch::lag(TimePoint) {
    std::chrono::steady_clock::rep latest = 0;
    for (const auto& probe : probes_) {
        if (auto asked = probe->asked_at.load(); asked != 0) {
            latest = std::max(latest, Probe::ticks() - asked);  // still on its way
        } else {
            latest = std::max(latest, probe->took.load());
            probe->ask();
        }
    }
    return std::chrono::steady_clock::duration(latest);
}

// Of all engines together: the counts that their histograms have grown by.
void Watch::read_waits() {
    double waits = 0;
    double seconds = 0;
    for (const auto& reading : metrics_.read()) {
        if (reading.name == waits_name && !reading.buckets.empty()) {
            waits += static_cast<double>(reading.buckets.back().count);
            seconds += reading.value;
        }
    }
    waits_lately_ = std::max(0.0, waits - std::exchange(waits_, waits));
    waited_lately_ = std::max(0.0, seconds - std::exchange(waited_seconds_, seconds));
}

}  // namespace repartee::capacity
