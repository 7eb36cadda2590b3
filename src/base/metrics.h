// Counters, gauges and histograms, served as Prometheus text at /metrics.
//
// Modules take a Metrics& when they are built and keep the references they get: the look-up
// happens once, counting is an atomic add. Any thread. Outlives everyone who counts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace repartee {

using MetricLabels = std::map<std::string, std::string>;

class Counter {
public:
    explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
    void add(double amount = 1) const;
    double value() const;

private:
    prometheus::Counter* counter_;
};

class Gauge {
public:
    explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
    void set(double value) const;
    void add(double amount = 1) const;
    double value() const;

private:
    prometheus::Gauge* gauge_;
};

class Histogram {
public:
    explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
    void observe(double value) const;

private:
    prometheus::Histogram* histogram_;
};

// What a metric says at one moment.
struct MetricReading {
    struct Bucket {
        double upper = 0;         // of what was observed, at most; the last is infinite
        std::uint64_t count = 0;  // of it and all below
    };

    std::string name;
    MetricLabels labels;
    double value = 0;             // of a histogram the sum
    std::vector<Bucket> buckets;  // of a histogram alone
};

class Metrics {
public:
    Metrics();
    ~Metrics();

    // The same name and labels give the same metric. Names are full: "repartee_turns_total".
    Counter counter(const std::string& name, const std::string& help, const MetricLabels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
    // Of seconds, with buckets from 1 ms to 60 s.
    Histogram seconds(const std::string& name, const std::string& help, const MetricLabels& labels = {});

    std::string text() const;
    // The same as values, those of a name behind each other.
    std::vector<MetricReading> read() const;

private:
    std::unique_ptr<prometheus::Registry> registry_;
};

}  // namespace repartee
