#include "bench/percentiles.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace repartee::bench {

void Samples::add(const Samples& others) {
    values_.insert(values_.end(), others.values_.begin(), others.values_.end());
    sorted_ = false;
}

double Samples::percentile(double share) const {
    if (values_.empty()) {
        return 0;
    }
    if (!sorted_) {
        std::ranges::sort(values_);
        sorted_ = true;
    }
    auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values_.size())));
    return values_[std::clamp<std::size_t>(rank, 1, values_.size()) - 1];
}

double Samples::mean() const {
    if (values_.empty()) {
        return 0;
    }
    return std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
}

}  // namespace repartee::bench
