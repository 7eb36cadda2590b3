#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace repartee {

void Counter::add(double amount) const {
    counter_->Increment(amount);
}

double Counter::value() const {
    return counter_->Value();
}

void Gauge::set(double value) const {
    gauge_->Set(value);
}

void Gauge::add(double amount) const {
    gauge_->Increment(amount);
}

double Gauge::value() const {
    return gauge_->Value();
}

void Histogram::observe(double value) const {
    histogram_->Observe(value);
}

Metrics::Metrics()
    : registry_(std::make_unique<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)) {}

Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const MetricLabels& labels) {
    return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const MetricLabels& labels) {
    return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels));
}

Histogram Metrics::seconds(const std::string& name, const std::string& help, const MetricLabels& labels) {
    static const prometheus::Histogram::BucketBoundaries buckets{
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60};
    return Histogram(
        prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, buckets));
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(registry_->Collect());
}

std::vector<MetricReading> Metrics::read() const {
    std::vector<MetricReading> readings;
    for (const auto& family : registry_->Collect()) {
        for (const auto& metric : family.metric) {
            MetricReading reading{.name = family.name, .labels = {}, .value = 0, .buckets = {}};
            for (const auto& label : metric.label) {
                reading.labels.emplace(label.name, label.value);
            }
            switch (family.type) {
                case prometheus::MetricType::Counter: reading.value = metric.counter.value; break;
                case prometheus::MetricType::Gauge: reading.value = metric.gauge.value; break;
                default: reading.value = metric.histogram.sample_sum; break;
            }
            for (const auto& bucket : metric.histogram.bucket) {
                reading.buckets.push_back({bucket.upper_bound, bucket.cumulative_count});
            }
            readings.push_back(std::move(reading));
        }
    }
    return readings;
}

}  // namespace repartee
