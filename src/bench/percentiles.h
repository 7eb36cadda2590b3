// Every sample of a measurement, and what is asked of them. Pure.
//
// All samples are kept: percentiles of buckets or of percentiles are guesses.
#pragma once

#include <cstddef>
#include <vector>

namespace repartee::bench {

class Samples {
public:
    void add(double value) {
        values_.push_back(value);
        sorted_ = false;
    }
    void add(const Samples& others);

    std::size_t count() const { return values_.size(); }
    bool empty() const { return values_.empty(); }

    // The smallest value that at least `share` (0 to 1) of the samples do not exceed; 0 without samples.
    double percentile(double share) const;
    double median() const { return percentile(0.5); }
    double least() const { return percentile(0); }
    double most() const { return percentile(1); }
    double mean() const;

private:
    // Sorted when somebody asks, and not before.
    mutable std::vector<double> values_;
    mutable bool sorted_ = true;
};

}  // namespace repartee::bench
