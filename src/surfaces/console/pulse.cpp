#include "surfaces/console/pulse.h"

#include "capacity/step.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace repartee::surfaces::console {

namespace json = boost::json;

namespace {

// A little less than a second, so that whoever comes each second finds a new one each time.
constexpr auto interval = std::chrono::milliseconds(950);
constexpr std::size_t most_messages = 120;

ProcessUse use_of_process() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    ProcessUse use{.processor_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)};
    std::ifstream memory("/proc/self/statm");
    std::uint64_t whole = 0;
    std::uint64_t resident = 0;
    if (memory >> whole >> resident) {
        use.memory_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    return use;
}

std::string label(const MetricReading& reading, const std::string& name) {
    auto found = reading.labels.find(name);
    return found == reading.labels.end() ? std::string() : found->second;
}

json::object counts(const std::map<std::string, double>& values) {
    json::object described;
    for (const auto& [name, value] : values) {
        described[name] = static_cast<std::int64_t>(value);
    }
    return described;
}

json::value in_tenths(std::optional<double> number) {
    return number ? json::value(std::round(*number * 10) / 10) : json::value(nullptr);
}

capacity::Step step_in(double gauge) {
    constexpr double last = capacity::step_count - 1;
    return static_cast<capacity::Step>(std::lround(std::clamp(gauge, 0.0, last)));
}

std::uint64_t count_at(const Figures::Buckets& buckets, std::size_t index) {
    return index < buckets.size() ? buckets[index].count : 0;
}

}  // namespace

Figures figures_of(const std::vector<MetricReading>& readings) {
    Figures figures;
    for (const auto& reading : readings) {
        if (reading.name == "repartee_sessions_open") {
            figures.sessions[label(reading, "surface")] += reading.value;
        } else if (reading.name == "repartee_turns_total") {
            figures.turns[label(reading, "outcome")] += reading.value;
        } else if (reading.name == "repartee_connections") {
            figures.connections += reading.value;
        } else if (reading.name == "repartee_websockets") {
            figures.sockets += reading.value;
        } else if (reading.name == "repartee_http_requests_total") {
            figures.requests += reading.value;
        } else if (reading.name == "repartee_jobs_waiting") {
            figures.jobs_waiting += reading.value;
        } else if (reading.name == "repartee_jobs_running") {
            figures.jobs_running += reading.value;
        } else if (reading.name == "repartee_capacity_step") {
            figures.step = reading.value;
        } else if (reading.name == "repartee_capacity_pressure") {
            figures.pressure = std::max(figures.pressure, reading.value);
        } else if (reading.name == "repartee_refused_total") {
            figures.refused += reading.value;
        } else if (reading.name == "repartee_turn_seconds") {
            figures.stages[label(reading, "from") + ">" + label(reading, "to")] = reading.buckets;
        }
    }
    return figures;
}

std::optional<double> percentile_ms(const Figures::Buckets& before, const Figures::Buckets& now,
                                    double share) {
    if (now.empty()) {
        return std::nullopt;
    }
    auto count = [&](std::size_t index) { return count_at(now, index) - count_at(before, index); };
    auto all = count(now.size() - 1);
    if (all == 0) {
        return std::nullopt;
    }
    auto wanted = share * static_cast<double>(all);
    double lower = 0;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
        auto here = count(i);
        if (static_cast<double>(here) >= wanted && here > below) {
            // Of what is longer than any bucket only that is known. Within one, as if it were spread evenly.
            auto width = std::isinf(now[i].upper) ? 0 : now[i].upper - lower;
            auto part = (wanted - static_cast<double>(below)) / static_cast<double>(here - below);
            return 1000 * (lower + width * std::max(0.0, part));
        }
        below = here;
        lower = now[i].upper;
    }
    return std::nullopt;
}

json::object sample(const Figures& now, const Figures* before, const Figures* window) {
    static const Figures nothing;
    const auto& since = before != nullptr ? *before : nothing;
    const auto& since_window = window != nullptr ? *window : nothing;
    json::object turns;
    for (const auto& [outcome, total] : now.turns) {
        auto earlier = since.turns.find(outcome);
        // Without a moment before nobody knows how many are new.
        turns[outcome] =
            before == nullptr
                ? 0
                : static_cast<std::int64_t>(total - (earlier == since.turns.end() ? 0 : earlier->second));
    }
    json::object stages;
    for (const auto& [name, buckets] : now.stages) {
        auto earlier = since_window.stages.find(name);
        const auto& from = earlier == since_window.stages.end() ? Figures::Buckets{} : earlier->second;
        auto median = percentile_ms(from, buckets, 0.5);
        if (median) {
            stages[name] = {in_tenths(median), in_tenths(percentile_ms(from, buckets, 0.95)),
                            count_at(buckets, buckets.size() - 1) - count_at(from, buckets.size() - 1)};
        }
    }
    std::optional<double> processor;
    if (before != nullptr && now.at > before->at) {
        processor = 100 * (now.use.processor_seconds - before->use.processor_seconds) /
                    std::chrono::duration<double>(now.at - before->at).count();
    }
    return {
        {"type", "sample"},
        {"at", now.wall_ms},
        {"sessions", counts(now.sessions)},
        {"turns", std::move(turns)},
        {"turns_total", counts(now.turns)},
        {"requests", before == nullptr ? 0 : static_cast<std::int64_t>(now.requests - since.requests)},
        {"connections", static_cast<std::int64_t>(now.connections)},
        {"sockets", static_cast<std::int64_t>(now.sockets)},
        {"jobs", json::object{{"waiting", static_cast<std::int64_t>(now.jobs_waiting)},
                              {"running", static_cast<std::int64_t>(now.jobs_running)}}},
        {"capacity",
         json::object{
             {"step", capacity::name_of(step_in(now.step))},
             {"pressure", std::round(now.pressure * 100) / 100},
             {"refused", before == nullptr ? 0 : static_cast<std::int64_t>(now.refused - since.refused)}}},
        {"processor", in_tenths(processor)},
        {"memory", now.use.memory_bytes},
        {"window_s",
         window == nullptr
             ? json::value(nullptr)
             : json::value(std::chrono::duration_cast<std::chrono::seconds>(now.at - window->at).count())},
        {"stages", std::move(stages)}};
}

Pulse::Message Pulse::beat() {
    std::lock_guard lock(mutex_);
    auto now = clock_.now();
    if (!figures_.empty() && now - figures_.back().at < interval) {
        return messages_.back();
    }
    auto figures = figures_of(metrics_.read());
    figures.at = now;
    figures.wall_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall().time_since_epoch()).count();
    figures.use = use_of_process();
    // The latest that is a window old stays at the front.
    while (figures_.size() > 1 && figures_[1].at <= now - stage_window) {
        figures_.pop_front();
    }
    bool spans_window = !figures_.empty() && figures_.front().at <= now - stage_window;
    auto text = json::serialize(sample(figures, figures_.empty() ? nullptr : &figures_.back(),
                                       spans_window ? &figures_.front() : nullptr));
    figures_.push_back(std::move(figures));
    messages_.push_back(std::make_shared<const std::string>(std::move(text)));
    if (messages_.size() > most_messages) {
        messages_.pop_front();
    }
    return messages_.back();
}

std::vector<Pulse::Message> Pulse::earlier() const {
    std::lock_guard lock(mutex_);
    return {messages_.begin(), messages_.end()};
}

}  // namespace repartee::surfaces::console
