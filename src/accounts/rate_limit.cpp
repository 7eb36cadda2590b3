#include "accounts/rate_limit.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace repartee::accounts {

RateLimit::RateLimit(std::int64_t most, Duration span, std::size_t places)
    : most_(most), span_(span), places_(std::max<std::size_t>(1, places)) {}

RateLimit::Bucket& RateLimit::bucket_of(std::string_view key, TimePoint now) {
    if (const auto known = found_.find(key); known != found_.end()) {
        buckets_.splice(buckets_.begin(), buckets_, known->second);
        return buckets_.front();
    }
    if (buckets_.size() >= places_) {
        found_.erase(buckets_.back().key);
        buckets_.pop_back();
    }
    buckets_.push_front({std::string(key), now});
    found_.emplace(buckets_.front().key, buckets_.begin());
    return buckets_.front();
}

std::optional<std::chrono::seconds> RateLimit::take(std::string_view key, TimePoint now) {
    if (most_ <= 0) {
        return std::nullopt;
    }
    auto& bucket = bucket_of(key, now);
    const auto full_at = std::max(bucket.full_at, now) + span_ / most_;
    if (full_at - now > span_) {
        return std::max(std::chrono::seconds(1),
                        std::chrono::ceil<std::chrono::seconds>(full_at - now - span_));
    }
    bucket.full_at = full_at;
    return std::nullopt;
}

void RateLimit::give_back(std::string_view key) {
    if (const auto known = found_.find(key); known != found_.end()) {
        known->second->full_at -= span_ / most_;
    }
}

std::string rate_key_of_peer(const std::string& address) {
    boost::system::error_code not_an_address;
    const auto known = asio::ip::make_address(address, not_an_address);
    if (not_an_address) {
        return address.substr(0, 64);
    }
    if (known.is_v4()) {
        return known.to_string();
    }
    const auto v6 = known.to_v6();
    if (v6.is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
    }
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return asio::ip::make_address_v6(bytes).to_string() + "/64";
}

}  // namespace repartee::accounts
